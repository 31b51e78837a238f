"""One photo with its heat: zoom to the pointer, pan, fit, swipe, and what is under the pointer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from PySide6.QtCore import QEvent, QMargins, QPointF, QRect, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPalette,
    QPen,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsItem,
    QGraphicsScene,
    QGraphicsView,
    QStyleOptionGraphicsItem,
    QWidget,
)

from gradcam_tf.render import UNSEEN

from .heat import colours, indexed, sample
from .pyramid import Pyramid
from .records import Answer, Look

__all__ = ["GROUND", "PictureView", "Place", "Reading"]

GROUND = QColor(119, 119, 119)
"""Behind the photo, in both themes: a neutral grey, beside which colours read the same."""
STEP = 1.25
"""What one notch of the wheel zooms."""
MOST_ZOOM = 64.0
"""Screen pixels to one of the photo's."""
SHARP = 3.0
"""From this zoom on the photo's pixels are drawn as squares."""
MARGIN = 8
"""Points around a photo that fits."""
GRIP = 10
"""Pixels around the swipe line where it can be taken."""
VEIL = QColor(119, 119, 119, 150)
"""Over what is not the answer to the last question."""
EDGE = QColor(0, 0, 0, 110)


@dataclass(frozen=True, slots=True)
class Reading:
    """What is under the pointer.

    Attributes:
        x, y: in photo pixels.
        pixel: red, green, blue; one number for a grey photo.
        heat: the value as it is drawn; None where there is no heat.
    """

    x: int
    y: int
    pixel: tuple[int, ...]
    heat: float | None


@dataclass(frozen=True, slots=True)
class Place:
    """What part of a photo is seen, the same for photos of all sizes.

    Attributes:
        zoom: 1 if the photo fits the view, more if it is larger.
        x, y: of the view's centre, 0 to 1 across the photo.
    """

    zoom: float = 1.0
    x: float = 0.5
    y: float = 0.5


class PhotoItem(QGraphicsItem):
    """The photo, drawn from the level of its pyramid that fits the zoom."""

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self._pyramid: Pyramid | None = None

    def show_photo(self, pyramid: Pyramid | None) -> None:
        self.prepareGeometryChange()
        self._pyramid = pyramid
        self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self._pyramid.width, self._pyramid.height) if self._pyramid else QRectF()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if self._pyramid is None:
            return
        scale = painter.deviceTransform().m11()
        image, factor = self._pyramid.level(scale)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < SHARP)
        # A whole pixel more on each side, so that the edges of what is exposed are blended as the rest.
        seen = option.exposedRect.adjusted(-factor, -factor, factor, factor) & self.boundingRect()
        source = QRectF(seen.x() / factor, seen.y() / factor, seen.width() / factor, seen.height() / factor)
        painter.drawImage(seen, image, source)


class HeatItem(QGraphicsItem):
    """The heat on its part of the photo; the rest of the photo, which the model did not see, is dimmed."""

    def __init__(self) -> None:
        super().__init__()
        self._answer: Answer | None = None
        self._look = Look()
        self._gain = 1.0
        self._photo = QRectF()
        self._steps: dict[bool, QImage] = {}
        self._coloured: QImage | None = None
        self._begin: float | None = None

    def show_heat(self, answer: Answer | None, gain: float, photo: QRectF) -> None:
        if self._answer is answer and (self._gain, self._photo) == (gain, photo):
            return
        self.prepareGeometryChange()
        self._answer, self._gain, self._photo = answer, gain, photo
        self._steps, self._coloured = {}, None
        self.update()

    def set_look(self, look: Look) -> None:
        self._look, self._coloured = look, None
        self.update()

    def begin_at(self, x: float | None) -> None:
        """Draw nothing to the left of this line of the photo."""
        self._begin = x
        self.update()

    @property
    def box(self) -> QRectF:
        left, top, right, bottom = self._answer.box if self._answer else (0.0, 0.0, 0.0, 0.0)
        return QRectF(QPointF(left, top), QPointF(right, bottom))

    def value(self, point: QPointF) -> float | None:
        """The heat at a point of the photo, as it is drawn."""
        box = self.box
        if self._answer is None or box.isEmpty() or not box.contains(point):
            return None
        values = self._answer.signed if self._look.signed else self._answer.heat
        across, down = (point.x() - box.x()) / box.width(), (point.y() - box.y()) / box.height()
        return self._gain * sample(values, across, down)

    def boundingRect(self) -> QRectF:
        return self._photo | self.box

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        box = self.box
        if self._answer is None or box.isEmpty():
            return
        if self._begin is not None:
            area = self.boundingRect()
            painter.setClipRect(QRectF(QPointF(max(self._begin, area.left()), area.top()), area.bottomRight()))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(box, self._image())
        self._dim_unseen(painter, box)

    def _image(self) -> QImage:
        if self._coloured is None:
            steps = self._indexed()
            steps.setColorTable(colours(replace(self._look, mode="overlay")))
            self._coloured = steps.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
        return self._coloured

    def _indexed(self) -> QImage:
        assert self._answer is not None
        signed = self._look.signed
        if signed not in self._steps:
            values = self._answer.signed if signed else self._answer.heat
            self._steps[signed] = indexed(values * self._gain, self.box.width() / self.box.height(), signed)
        return self._steps[signed]

    def _dim_unseen(self, painter: QPainter, box: QRectF) -> None:
        photo, shade = self._photo, QColor(0, 0, 0, round(255 * (1 - UNSEEN)))
        seen = box & photo
        for rest in (
            QRectF(photo.topLeft(), QPointF(photo.right(), seen.top())),
            QRectF(QPointF(photo.left(), seen.bottom()), photo.bottomRight()),
            QRectF(QPointF(photo.left(), seen.top()), QPointF(seen.left(), seen.bottom())),
            QRectF(QPointF(seen.right(), seen.top()), QPointF(photo.right(), seen.bottom())),
        ):
            if rest.width() > 0 and rest.height() > 0:
                painter.fillRect(rest, shade)


class PictureView(QGraphicsView):
    """A photo and its heat.

    Signals:
        moved: the Place that is seen, when the user zooms or pans.
        hovered: a Reading, or None when the pointer leaves the photo.
        dragged_out: the user drags the picture out of the window.
        opened: the picture was double-clicked.
    """

    moved = Signal(object)
    hovered = Signal(object)
    dragged_out = Signal()
    opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pyramid: Pyramid | None = None
        self._photo, self._heat = PhotoItem(), HeatItem()
        scene = QGraphicsScene(self)
        for item in (self._photo, self._heat):
            scene.addItem(item)
        self.setScene(scene)
        self._place = Place()
        self._swipe: float | None = None
        self._busy = False
        self._by_keyboard = False
        self._pressed: QPointF | None = None
        self._grab: Literal["line", "photo", "out"] = "photo"
        self._prepare()

    def _prepare(self) -> None:
        self.setBackgroundBrush(GROUND)
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setMouseTracking(True)
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        self.setAccessibleName(self.tr("Photo with its heat"))
        self.setMinimumSize(80, 80)

    # ---- what is shown ----

    def set_photo(self, pyramid: Pyramid | None) -> None:
        """Show another photo, fitted, without heat."""
        self._pyramid = pyramid
        self._photo.show_photo(pyramid)
        self.set_answer(None)
        self.fit()

    def set_answer(self, answer: Answer | None, gain: float = 1.0) -> None:
        """Lay this heat on the photo.

        Args:
            answer: the heat and where it lies; None for no heat.
            gain: what its values are multiplied by, at most 1: for a scale that is shared with stronger maps.
        """
        self._heat.show_heat(answer, gain, self._photo.boundingRect())

    def set_look(self, look: Look) -> None:
        self._heat.set_look(look)

    def set_heat_visible(self, visible: bool) -> None:
        self._heat.setVisible(visible)

    def set_busy(self, busy: bool) -> None:
        """Dim what is shown: it is not the answer to what was asked last."""
        self._busy = busy
        self.viewport().update()

    def set_swipe(self, at: float | None) -> None:
        """Draw the heat only to the right of a line.

        Args:
            at: where the line is, 0 to 1 across the view; None for no line.
        """
        self._swipe = None if at is None else min(max(at, 0.0), 1.0)
        self._clip()

    @property
    def swipe(self) -> float | None:
        return self._swipe

    @property
    def photo_size(self) -> tuple[int, int]:
        """(width, height); (0, 0) without a photo."""
        return (self._pyramid.width, self._pyramid.height) if self._pyramid else (0, 0)

    def picture(self, longest: int | None = None) -> QImage:
        """The photo with its heat as it is shown, whole, whatever the zoom.

        Args:
            longest: of its sides, at most; None for the photo's own size.
        """
        width, height = self.photo_size
        shrink = min(1.0, longest / max(width, height, 1)) if longest else 1.0
        image = QImage(max(1, round(width * shrink)), max(1, round(height * shrink)), QImage.Format.Format_RGB32)
        image.fill(GROUND)
        with QPainter(image) as painter:
            self.scene().render(painter, QRectF(image.rect()), QRectF(0, 0, width, height))
        return image

    # ---- what part is seen ----

    @property
    def place(self) -> Place:
        return self._place

    def set_place(self, place: Place) -> None:
        """Show this part, without telling ``moved``."""
        self._place = place
        self._apply()

    def fit(self) -> None:
        self._go(Place())

    def actual_size(self) -> None:
        """One pixel of the photo to one of the screen."""
        if self._pyramid:
            self.zoom_to(1 / self.devicePixelRatioF())

    def zoom_in(self) -> None:
        self.zoom_to(self.scale_now * STEP)

    def zoom_out(self) -> None:
        self.zoom_to(self.scale_now / STEP)

    @property
    def scale_now(self) -> float:
        """Screen points to one pixel of the photo."""
        return self._place.zoom * self._fitting

    def zoom_to(self, scale: float, at: QPointF | None = None) -> None:
        """Zoom, and keep what is under a point of the viewport where it is.

        Args:
            scale: screen points to one pixel of the photo.
            at: the point; default: the middle.
        """
        if self._pyramid is None:
            return
        middle = QPointF(self.viewport().width() / 2, self.viewport().height() / 2)
        at = middle if at is None else at
        scale = min(max(scale, min(self._fitting, 1.0) / 4), max(MOST_ZOOM, self._fitting))
        kept = self._on_photo(at)
        centre = kept - (at - middle) / scale
        self._go(Place(scale / self._fitting, centre.x() / self._pyramid.width, centre.y() / self._pyramid.height))

    def pan(self, by: QPointF) -> None:
        """Move the picture by points of the screen."""
        width, height = self.photo_size
        if width:
            step = by / self.scale_now
            self._go(replace(self._place, x=self._place.x - step.x() / width, y=self._place.y - step.y() / height))

    def _go(self, place: Place) -> None:
        self._place = replace(place, x=min(max(place.x, 0.0), 1.0), y=min(max(place.y, 0.0), 1.0))
        self._apply()
        self.moved.emit(self._place)

    def _apply(self) -> None:
        scale, (width, height) = self.scale_now, self.photo_size
        if not width:
            return
        seen = QSizeF(self.viewport().width() / scale, self.viewport().height() / scale)
        # A scene exactly as large as the view leaves Qt nothing to scroll or to centre by itself.
        corner = QPointF(self._place.x * width - seen.width() / 2, self._place.y * height - seen.height() / 2)
        self.setSceneRect(QRectF(corner, seen))
        self.setTransform(QTransform.fromScale(scale, scale))
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().minimum())
        self.verticalScrollBar().setValue(self.verticalScrollBar().minimum())
        self._clip()

    def _clip(self) -> None:
        """The heat begins at the swipe line, wherever that lies on the photo now."""
        line = None if self._swipe is None else self._on_photo(QPointF(self._swipe * self.viewport().width(), 0)).x()
        self._heat.begin_at(line)
        self.viewport().update()

    @property
    def _fitting(self) -> float:
        width, height = self.photo_size
        if not width:
            return 1.0
        room = self.viewport().size().shrunkBy(QMargins(MARGIN, MARGIN, MARGIN, MARGIN))
        return max(min(room.width() / width, room.height() / height), 1e-6)

    def _on_photo(self, point: QPointF) -> QPointF:
        width, height = self.photo_size
        middle = QPointF(self.viewport().width() / 2, self.viewport().height() / 2)
        return QPointF(self._place.x * width, self._place.y * height) + (point - middle) / self.scale_now

    # ---- painting ----

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        if self._pyramid is None:
            return
        painter.resetTransform()
        if self._busy:
            painter.fillRect(self.viewport().rect(), VEIL)
        if self._swipe is not None:
            self._draw_line(painter, self._swipe * self.viewport().width(), self.viewport().height())
        if self._by_keyboard:
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Accent), 2))
            painter.drawRect(self.viewport().rect().adjusted(1, 1, -2, -2))

    def _draw_line(self, painter: QPainter, x: float, height: int) -> None:
        """A white line with dark edges, seen on any photo, and a grip with two arrow heads."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for colour, width in ((EDGE, 4), (Qt.GlobalColor.white, 2)):
            painter.setPen(QPen(colour, width))
            painter.drawLine(QPointF(x, 0), QPointF(x, height))
        middle = QPointF(x, height / 2)
        painter.setPen(QPen(EDGE, 1))
        painter.setBrush(Qt.GlobalColor.white)
        painter.drawEllipse(middle, 13, 13)
        painter.setPen(QPen(QColor(60, 60, 60), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        for side in (-1, 1):
            tip = middle + QPointF(side * 8, 0)
            painter.drawPolyline([tip + QPointF(-side * 4, -4), tip, tip + QPointF(-side * 4, 4)])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._apply()

    # ---- the pointer and the keys ----

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = (event.angleDelta().y() or event.angleDelta().x()) / 120
        self.zoom_to(self.scale_now * STEP**notches, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton) or self._pyramid is None:
            return super().mousePressEvent(event)
        self._pressed = event.position()
        if self._near_line(event.position()):
            self._grab = "line"
        else:
            self._grab = "photo" if self._can_pan(event) else "out"
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._tell(event.position())
        self._show_cursor(event.position())
        if self._pressed is None:
            return
        by = event.position() - self._pressed
        if self._grab == "line":
            self.set_swipe(event.position().x() / max(self.viewport().width(), 1))
        elif self._grab == "photo":
            self._pressed = event.position()
            self.pan(by)
        elif by.manhattanLength() >= QApplication.startDragDistance():
            self._pressed = None
            self.dragged_out.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        self._show_cursor(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self._near_line(event.position()):
            self.opened.emit()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.hovered.emit(None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A frame, for who comes by the Tab key; not at each click."""
        super().focusInEvent(event)
        self._by_keyboard = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._by_keyboard = False
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Shift with an arrow moves the swipe line; every other key is the window's."""
        step = {Qt.Key.Key_Left: -0.02, Qt.Key.Key_Right: 0.02}.get(Qt.Key(event.key()))
        if self._swipe is None or step is None or event.modifiers() != Qt.KeyboardModifier.ShiftModifier:
            event.ignore()
            return
        self.set_swipe(self._swipe + step)

    def _can_pan(self, event: QMouseEvent) -> bool:
        """A picture that lies in the view whole is taken out instead; with Ctrl, any is."""
        if event.button() == Qt.MouseButton.MiddleButton:
            return True
        return self._place.zoom > 1 and not event.modifiers() & Qt.KeyboardModifier.ControlModifier

    def _near_line(self, point: QPointF) -> bool:
        return self._swipe is not None and abs(point.x() - self._swipe * self.viewport().width()) <= GRIP

    def _show_cursor(self, point: QPointF) -> None:
        shape = Qt.CursorShape.ArrowCursor
        if self._near_line(point) or (self._pressed is not None and self._grab == "line"):
            shape = Qt.CursorShape.SplitHCursor
        elif self._place.zoom > 1:
            shape = Qt.CursorShape.ClosedHandCursor if self._pressed is not None else Qt.CursorShape.OpenHandCursor
        self.viewport().setCursor(shape)

    def _tell(self, point: QPointF) -> None:
        on_photo = self._on_photo(point)
        if self._pyramid is None or not self._photo.boundingRect().contains(on_photo):
            self.hovered.emit(None)
            return
        x, y = min(int(on_photo.x()), self._pyramid.width - 1), min(int(on_photo.y()), self._pyramid.height - 1)
        self.hovered.emit(Reading(x, y, self._pyramid.pixel(x, y), self._heat.value(on_photo)))
