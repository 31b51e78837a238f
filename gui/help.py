"""What Grad-CAM shows and what it does not, on one page."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

__all__ = ["HelpPage"]


class HelpPage(QDialog):
    """The help, inside the program: it opens no browser and asks no server."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("What the heat shows"))
        self.page = QTextBrowser()
        self.page.setOpenLinks(False)
        self.page.setAccessibleName(self.windowTitle())
        self.page.setHtml("".join(self._parts()))
        self.page.document().setDocumentMargin(16)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.page)
        column.addWidget(buttons)
        self.resize(640, 620)

    def _parts(self) -> list[str]:
        return [
            heading(self.tr("What it shows")),
            paragraph(self.tr(
                "The heat marks the places of the photo whose features, as one layer of the model sees them, "
                "raise the score of one class. Where it is strongest, a small increase of those features would "
                "raise the score the most."
            )),
            paragraph(self.tr(
                "Another class is another question: click it, and the heat moves to what speaks for that class. "
                "“What speaks against” turns the question round."
            )),
            heading(self.tr("What it does not show")),
            points(
                self.tr("Whether the model is right. A wrong answer has a heat of its own."),
                self.tr("Why. It says where the model looked, and not what it made of it."),
                self.tr("Fine edges. A late layer has perhaps 7 × 7 places; between them the heat is smoothed."),
                self.tr("How sure the model is. By default each map is drawn on its own scale: its strongest place "
                        "is 1, however weak it is. In a comparison, share one scale."),
                self.tr("What was cut away. Parts of the photo that the model did not see are darkened."),
            ),
            heading(self.tr("Before you believe it")),
            points(
                self.tr("Compare two methods, and two layers. What is there in all of them is the model's; "
                        "what changes is the method's."),
                self.tr("Ask for a class that is not in the photo. If the heat stays where it was, it does not "
                        "speak of the class."),
                self.tr("Look at several photos, also at those where the model is wrong."),
                self.tr("Mind how photos are prepared. If the model panel says that it is assumed, check it: "
                        "a model that sees wrong colours looks at wrong places."),
            ),
            heading(self.tr("When there is nothing to see")),
            paragraph(self.tr(
                "If every contribution is negative, nothing in this layer speaks for the class. That is an "
                "answer, and the canvas says so instead of drawing a map. Try a deeper layer, or ask what speaks "
                "against."
            )),
            heading(self.tr("How Grad-CAM is made")),
            paragraph(self.tr(
                "The photo runs through the model up to the layer's feature maps. The gradient of the class score "
                "says how much each map matters; it is averaged over all places to one weight per map. The weighted "
                "sum of the maps, with what is negative set to 0, is the heat. Selvaraju and others, “Grad-CAM: "
                "Visual Explanations from Deep Networks via Gradient-based Localization”, 2017."
            )),
            paragraph(self.tr("It is no medical device and no proof. It is a way to look.")),
        ]  # fmt: skip


def heading(words: str) -> str:
    return f"<h3>{words}</h3>"


def paragraph(words: str) -> str:
    return f"<p>{words}</p>"


def points(*sentences: str) -> str:
    return f"<ul>{''.join(f'<li>{words}</li>' for words in sentences)}</ul>"
