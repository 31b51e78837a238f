<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
<context>
    <name>Banner</name>
    <message>
        <source>Message</source>
        <translation>Meldung</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Close the message</source>
        <translation>Meldung schließen</translation>
    </message>
    <message>
        <source>Deeper layer</source>
        <translation>Tiefere Schicht</translation>
    </message>
    <message>
        <source>What speaks against it?</source>
        <translation>Was spricht dagegen?</translation>
    </message>
    <message>
        <source>Nothing in this layer speaks for “{what}”: every contribution is negative. Try a deeper layer, or ask what speaks against it.</source>
        <translation>Nichts in dieser Schicht spricht für „{what}“: alle Beiträge sind negativ. Versuchen Sie eine tiefere Schicht, oder fragen Sie, was dagegen spricht.</translation>
    </message>
    <message>
        <source>“{what}” does not depend on this layer here: the map is zero. Try a deeper layer.</source>
        <translation>„{what}“ hängt hier nicht von dieser Schicht ab: die Karte ist null. Versuchen Sie eine tiefere Schicht.</translation>
    </message>
    <message>
        <source>There is no map of “{what}”: a number overflowed on the way. Try another layer.</source>
        <translation>Es gibt keine Karte für „{what}“: eine Zahl ist unterwegs übergelaufen. Versuchen Sie eine andere Schicht.</translation>
    </message>
</context>
<context>
    <name>Busy</name>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>{what}: {done} of {total}</source>
        <translation>{what}: {done} von {total}</translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <source>The photo alone</source>
        <translation>Das Foto allein</translation>
    </message>
    <message>
        <source>Under the pointer</source>
        <translation>Unter dem Zeiger</translation>
    </message>
    <message>
        <source>This photo is very large: it is shown at 1 : {times}. Exported files keep its size.</source>
        <translation>Dieses Foto ist sehr groß: es wird im Maßstab 1 : {times} gezeigt. Exportierte Dateien behalten seine Größe.</translation>
    </message>
    <message>
        <source>heat {value}</source>
        <translation>Wärme {value}</translation>
    </message>
    <message>
        <source>grey {pixel}</source>
        <translation>Grau {pixel}</translation>
    </message>
    <message>
        <source>rgb {pixel}</source>
        <translation>RGB {pixel}</translation>
    </message>
</context>
<context>
    <name>ClassModel</name>
    <message>
        <source>score {score}</source>
        <translation>Wert {score}</translation>
    </message>
    <message>
        <source>class {index}</source>
        <translation>Klasse {index}</translation>
    </message>
</context>
<context>
    <name>ClassTable</name>
    <message>
        <source>Search all classes</source>
        <translation>Alle Klassen durchsuchen</translation>
    </message>
    <message>
        <source>Likeliest</source>
        <translation>Wahrscheinlichste</translation>
    </message>
    <message>
        <source>Explain the likeliest class of each photo</source>
        <translation>Die wahrscheinlichste Klasse jedes Fotos erklären</translation>
    </message>
    <message>
        <source>What did it see?</source>
        <translation>Was hat es gesehen?</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>Klassen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>What speaks for it</source>
        <translation>Was dafür spricht</translation>
    </message>
    <message>
        <source>What speaks against it</source>
        <translation>Was dagegen spricht</translation>
    </message>
    <message>
        <source>Rather than</source>
        <translation>Eher als</translation>
    </message>
    <message>
        <source>Another class…</source>
        <translation>Andere Klasse…</translation>
    </message>
    <message>
        <source>Choose the class to compare {label} with.</source>
        <translation>Wählen Sie die Klasse, mit der {label} verglichen wird.</translation>
    </message>
</context>
<context>
    <name>ColourBar</name>
    <message>
        <source>Scale of the colours</source>
        <translation>Skala der Farben</translation>
    </message>
    <message>
        <source>one scale for all</source>
        <translation>eine Skala für alle</translation>
    </message>
    <message>
        <source>scale of this map</source>
        <translation>Skala dieser Karte</translation>
    </message>
    <message>
        <source>each map on its own scale</source>
        <translation>jede Karte mit eigener Skala</translation>
    </message>
    <message>
        <source>1 is the strongest heat of all maps.</source>
        <translation>1 ist die stärkste Wärme aller Karten.</translation>
    </message>
    <message>
        <source>1 is its strongest.</source>
        <translation>1 ist ihre stärkste.</translation>
    </message>
    <message>
        <source>Below 0 it speaks against.</source>
        <translation>Unter 0 spricht es dagegen.</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Commands</source>
        <translation>Befehle</translation>
    </message>
    <message>
        <source>No command fits.</source>
        <translation>Kein Befehl passt.</translation>
    </message>
    <message>
        <source>Type a command</source>
        <translation>Befehl eingeben</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>Commands that fit</source>
        <translation>Passende Befehle</translation>
    </message>
</context>
<context>
    <name>Compare</name>
    <message>
        <source>One scale for all maps</source>
        <translation>Eine Skala für alle Karten</translation>
    </message>
    <message>
        <source>On: the strongest place of all maps is 1. Methods and layers have units of their own, so that weak maps may vanish. Off: each map is drawn on its own scale, and maps cannot be compared by colour.</source>
        <translation>An: die stärkste Stelle aller Karten ist 1. Methoden und Schichten haben eigene Einheiten, sodass schwache Karten verschwinden können. Aus: jede Karte hat ihre eigene Skala, und Karten lassen sich nicht nach Farben vergleichen.</translation>
    </message>
    <message>
        <source>Pictures to compare</source>
        <translation>Bilder zum Vergleichen</translation>
    </message>
    <message>
        <source>Comparison</source>
        <translation>Vergleich</translation>
    </message>
</context>
<context>
    <name>CompareBar</name>
    <message>
        <source>Methods</source>
        <translation>Methoden</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>Klassen</translation>
    </message>
    <message>
        <source>Models opened so far</source>
        <translation>Bisher geöffnete Modelle</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>What is compared</source>
        <translation>Was verglichen wird</translation>
    </message>
    <message>
        <source>What stands in the columns</source>
        <translation>Was in den Spalten steht</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Save sheet…</source>
        <translation>Bogen speichern…</translation>
    </message>
    <message>
        <source>{n} of {total}</source>
        <translation>{n} von {total}</translation>
    </message>
    <message>
        <source>Choose which; at most {n}</source>
        <translation>Auswählen; höchstens {n}</translation>
    </message>
</context>
<context>
    <name>Comparing</name>
    <message>
        <source>{model} (open)</source>
        <translation>{model} (geöffnet)</translation>
    </message>
    <message>
        <source>This model was not asked about this photo.</source>
        <translation>Dieses Modell wurde nach diesem Foto nicht gefragt.</translation>
    </message>
    <message>
        <source>working…</source>
        <translation>in Arbeit…</translation>
    </message>
    <message>
        <source>Save sheet</source>
        <translation>Bogen speichern</translation>
    </message>
    <message>
        <source>PNG pictures (*.png)</source>
        <translation>PNG-Bilder (*.png)</translation>
    </message>
    <message>
        <source>One scale: 1 is the strongest heat of all maps.</source>
        <translation>Eine Skala: 1 ist die stärkste Wärme aller Karten.</translation>
    </message>
    <message>
        <source>Each map on its own scale: colours of two maps cannot be compared.</source>
        <translation>Jede Karte mit eigener Skala: die Farben zweier Karten lassen sich nicht vergleichen.</translation>
    </message>
</context>
<context>
    <name>DropArea</name>
    <message>
        <source>Drop photos, a folder or a Keras model</source>
        <translation>Fotos, einen Ordner oder ein Keras-Modell hierher ziehen</translation>
    </message>
    <message>
        <source>Add photos…</source>
        <translation>Fotos hinzufügen…</translation>
    </message>
    <message>
        <source>Open model…</source>
        <translation>Modell öffnen…</translation>
    </message>
    <message>
        <source>Try a sample</source>
        <translation>Beispiel ausprobieren</translation>
    </message>
</context>
<context>
    <name>Drops</name>
    <message>
        <source>Open model</source>
        <translation>Modell öffnen</translation>
    </message>
    <message>
        <source>Open project</source>
        <translation>Projekt öffnen</translation>
    </message>
    <message>
        <source>Add the photos of a folder</source>
        <translation>Fotos eines Ordners hinzufügen</translation>
    </message>
    <message>
        <source>Not a picture or a model</source>
        <translation>Weder Bild noch Modell</translation>
    </message>
    <message>
        <source>Add 1 photo</source>
        <translation>1 Foto hinzufügen</translation>
    </message>
    <message>
        <source>Add {n} photos</source>
        <translation>{n} Fotos hinzufügen</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Replace files that are there</source>
        <translation>Vorhandene Dateien ersetzen</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>Files for each photo</source>
        <translation>Dateien für jedes Foto</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Photo with its heat, at the photo&apos;s own size (PNG)</source>
        <translation>Foto mit seiner Wärme, in der Größe des Fotos (PNG)</translation>
    </message>
    <message>
        <source>Heat alone, coloured (PNG)</source>
        <translation>Wärme allein, farbig (PNG)</translation>
    </message>
    <message>
        <source>Heat alone, 16 bits of grey, for measuring (TIFF)</source>
        <translation>Wärme allein, 16 Bit Grau, zum Messen (TIFF)</translation>
    </message>
    <message>
        <source>All numbers (NPZ)</source>
        <translation>Alle Zahlen (NPZ)</translation>
    </message>
    <message>
        <source>Figure with colour bar and caption (PDF)</source>
        <translation>Abbildung mit Farbskala und Unterschrift (PDF)</translation>
    </message>
    <message>
        <source>Figure with colour bar and caption (SVG)</source>
        <translation>Abbildung mit Farbskala und Unterschrift (SVG)</translation>
    </message>
    <message>
        <source>Opacity and colours are those of the window. A file that says how it was made (JSON) is always there.</source>
        <translation>Deckkraft und Farben sind die des Fensters. Eine Datei, die sagt, wie alles entstanden ist (JSON), ist immer dabei.</translation>
    </message>
    <message>
        <source>Folder for the files</source>
        <translation>Ordner für die Dateien</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen…</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Photos that could not be written</source>
        <translation>Fotos, die nicht geschrieben werden konnten</translation>
    </message>
    <message>
        <source>Retry failed</source>
        <translation>Fehlgeschlagene wiederholen</translation>
    </message>
    <message>
        <source>Show folder</source>
        <translation>Ordner zeigen</translation>
    </message>
    <message>
        <source>Cancel export</source>
        <translation>Export abbrechen</translation>
    </message>
    <message>
        <source>This photo, as it is shown</source>
        <translation>Dieses Foto, wie es gezeigt wird</translation>
    </message>
    <message>
        <source>Selected photos: {n}</source>
        <translation>Ausgewählte Fotos: {n}</translation>
    </message>
    <message>
        <source>All photos: {n}</source>
        <translation>Alle Fotos: {n}</translation>
    </message>
    <message>
        <source>{done} of {total} photos</source>
        <translation>{done} von {total} Fotos</translation>
    </message>
    <message>
        <source>Written: {n}.</source>
        <translation>Geschrieben: {n}.</translation>
    </message>
    <message>
        <source>It was cancelled; what was written stays.</source>
        <translation>Es wurde abgebrochen; was geschrieben ist, bleibt.</translation>
    </message>
    <message>
        <source>Failed: {n}.</source>
        <translation>Fehlgeschlagen: {n}.</translation>
    </message>
</context>
<context>
    <name>Exporting</name>
    <message>
        <source>{n} photos could not be written; the first: {what}</source>
        <translation>{n} Fotos konnten nicht geschrieben werden; das erste: {what}</translation>
    </message>
</context>
<context>
    <name>Exports</name>
    <message>
        <source>Writing files</source>
        <translation>Dateien schreiben</translation>
    </message>
</context>
<context>
    <name>Files</name>
    <message>
        <source>Recent models</source>
        <translation>Zuletzt geöffnete Modelle</translation>
    </message>
    <message>
        <source>Recent photos</source>
        <translation>Zuletzt geöffnete Fotos</translation>
    </message>
    <message>
        <source>Open model</source>
        <translation>Modell öffnen</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Add photos</source>
        <translation>Fotos hinzufügen</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>Add the photos of a folder</source>
        <translation>Fotos eines Ordners hinzufügen</translation>
    </message>
    <message>
        <source>Open class names</source>
        <translation>Klassennamen öffnen</translation>
    </message>
    <message>
        <source>Class names</source>
        <translation>Klassennamen</translation>
    </message>
    <message>
        <source>Open project</source>
        <translation>Projekt öffnen</translation>
    </message>
    <message>
        <source>Projects</source>
        <translation>Projekte</translation>
    </message>
    <message>
        <source>Save project</source>
        <translation>Projekt speichern</translation>
    </message>
    <message>
        <source>Nothing yet</source>
        <translation>Noch nichts</translation>
    </message>
    <message>
        <source>Forget them</source>
        <translation>Vergessen</translation>
    </message>
</context>
<context>
    <name>HelpPage</name>
    <message>
        <source>What the heat shows</source>
        <translation>Was die Wärme zeigt</translation>
    </message>
    <message>
        <source>What it shows</source>
        <translation>Was sie zeigt</translation>
    </message>
    <message>
        <source>The heat marks the places of the photo whose features, as one layer of the model sees them, raise the score of one class. Where it is strongest, a small increase of those features would raise the score the most.</source>
        <translation>Die Wärme bezeichnet die Stellen des Fotos, deren Merkmale, wie eine Schicht des Modells sie sieht, den Wert einer Klasse erhöhen. Wo sie am stärksten ist, würde etwas mehr von diesen Merkmalen den Wert am meisten erhöhen.</translation>
    </message>
    <message>
        <source>Another class is another question: click it, and the heat moves to what speaks for that class. “What speaks against” turns the question round.</source>
        <translation>Eine andere Klasse ist eine andere Frage: klicken Sie darauf, und die Wärme wandert zu dem, was für diese Klasse spricht. „Was dagegen spricht“ dreht die Frage um.</translation>
    </message>
    <message>
        <source>What it does not show</source>
        <translation>Was sie nicht zeigt</translation>
    </message>
    <message>
        <source>Whether the model is right. A wrong answer has a heat of its own.</source>
        <translation>Ob das Modell recht hat. Auch eine falsche Antwort hat ihre Wärme.</translation>
    </message>
    <message>
        <source>Why. It says where the model looked, and not what it made of it.</source>
        <translation>Warum. Sie sagt, wohin das Modell gesehen hat, und nicht, was es daraus gemacht hat.</translation>
    </message>
    <message>
        <source>Fine edges. A late layer has perhaps 7 × 7 places; between them the heat is smoothed.</source>
        <translation>Feine Ränder. Eine späte Schicht hat vielleicht 7 × 7 Stellen; dazwischen ist die Wärme geglättet.</translation>
    </message>
    <message>
        <source>How sure the model is. By default each map is drawn on its own scale: its strongest place is 1, however weak it is. In a comparison, share one scale.</source>
        <translation>Wie sicher das Modell ist. Jede Karte hat zunächst ihre eigene Skala: ihre stärkste Stelle ist 1, so schwach sie auch ist. Teilen Sie in einem Vergleich eine Skala.</translation>
    </message>
    <message>
        <source>What was cut away. Parts of the photo that the model did not see are darkened.</source>
        <translation>Was abgeschnitten wurde. Teile des Fotos, die das Modell nicht gesehen hat, sind abgedunkelt.</translation>
    </message>
    <message>
        <source>Before you believe it</source>
        <translation>Bevor Sie ihr glauben</translation>
    </message>
    <message>
        <source>Compare two methods, and two layers. What is there in all of them is the model&apos;s; what changes is the method&apos;s.</source>
        <translation>Vergleichen Sie zwei Methoden und zwei Schichten. Was in allen da ist, kommt vom Modell; was sich ändert, von der Methode.</translation>
    </message>
    <message>
        <source>Ask for a class that is not in the photo. If the heat stays where it was, it does not speak of the class.</source>
        <translation>Fragen Sie nach einer Klasse, die nicht auf dem Foto ist. Bleibt die Wärme, wo sie war, so spricht sie nicht von der Klasse.</translation>
    </message>
    <message>
        <source>Look at several photos, also at those where the model is wrong.</source>
        <translation>Sehen Sie mehrere Fotos an, auch solche, bei denen das Modell irrt.</translation>
    </message>
    <message>
        <source>Mind how photos are prepared. If the model panel says that it is assumed, check it: a model that sees wrong colours looks at wrong places.</source>
        <translation>Achten Sie darauf, wie Fotos vorbereitet werden. Wenn es laut Modellfeld nur angenommen ist, prüfen Sie es: ein Modell, das falsche Farben sieht, sieht auf falsche Stellen.</translation>
    </message>
    <message>
        <source>When there is nothing to see</source>
        <translation>Wenn nichts zu sehen ist</translation>
    </message>
    <message>
        <source>If every contribution is negative, nothing in this layer speaks for the class. That is an answer, and the canvas says so instead of drawing a map. Try a deeper layer, or ask what speaks against.</source>
        <translation>Sind alle Beiträge negativ, so spricht nichts in dieser Schicht für die Klasse. Auch das ist eine Antwort, und sie wird gesagt, statt eine Karte zu zeichnen. Versuchen Sie eine tiefere Schicht, oder fragen Sie, was dagegen spricht.</translation>
    </message>
    <message>
        <source>How Grad-CAM is made</source>
        <translation>Wie Grad-CAM entsteht</translation>
    </message>
    <message>
        <source>The photo runs through the model up to the layer&apos;s feature maps. The gradient of the class score says how much each map matters; it is averaged over all places to one weight per map. The weighted sum of the maps, with what is negative set to 0, is the heat. Selvaraju and others, “Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization”, 2017.</source>
        <translation>Das Foto läuft durch das Modell bis zu den Merkmalskarten der Schicht. Der Gradient des Klassenwerts sagt, wie viel jede Karte zählt; über alle Stellen gemittelt ergibt er ein Gewicht je Karte. Die gewichtete Summe der Karten, Negatives auf 0 gesetzt, ist die Wärme. Selvaraju und andere, „Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization“, 2017.</translation>
    </message>
    <message>
        <source>It is no medical device and no proof. It is a way to look.</source>
        <translation>Es ist kein Medizinprodukt und kein Beweis. Es ist eine Art hinzusehen.</translation>
    </message>
</context>
<context>
    <name>LayerPicker</name>
    <message>
        <source>Search layers</source>
        <translation>Schichten durchsuchen</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Schicht</translation>
    </message>
    <message>
        <source>early</source>
        <translation>früh</translation>
    </message>
    <message>
        <source>late</source>
        <translation>spät</translation>
    </message>
    <message>
        <source>Let the program choose the layer</source>
        <translation>Das Programm die Schicht wählen lassen</translation>
    </message>
    <message>
        <source>Depth of the layer</source>
        <translation>Tiefe der Schicht</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>Layers of the model</source>
        <translation>Schichten des Modells</translation>
    </message>
    <message>
        <source>a map can be made from it</source>
        <translation>daraus lässt sich eine Karte machen</translation>
    </message>
    <message>
        <source>no map can be made from it</source>
        <translation>daraus lässt sich keine Karte machen</translation>
    </message>
</context>
<context>
    <name>LookPanel</name>
    <message>
        <source>Opacity</source>
        <translation>Deckkraft</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>Schwelle</translation>
    </message>
    <message>
        <source>Heat below this is not drawn</source>
        <translation>Wärme darunter wird nicht gezeichnet</translation>
    </message>
    <message>
        <source>Also what speaks against</source>
        <translation>Auch, was dagegen spricht</translation>
    </message>
    <message>
        <source>Signed values: blue speaks against, red speaks for</source>
        <translation>Werte mit Vorzeichen: Blau spricht dagegen, Rot dafür</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>{n} %</source>
        <translation>{n} %</translation>
    </message>
    <message>
        <source>Signed values have colours of their own</source>
        <translation>Werte mit Vorzeichen haben eigene Farben</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>Grey</source>
        <translation>Grau</translation>
    </message>
</context>
<context>
    <name>MethodPicker</name>
    <message>
        <source>Method</source>
        <translation>Methode</translation>
    </message>
    <message>
        <source>Defaults</source>
        <translation>Voreinstellung</translation>
    </message>
    <message>
        <source>slow</source>
        <translation>langsam</translation>
    </message>
    <message>
        <source>Cost: {cost}</source>
        <translation>Aufwand: {cost}</translation>
    </message>
</context>
<context>
    <name>ModelPanel</name>
    <message>
        <source>Photos are prepared by</source>
        <translation>Vorbereitung der Fotos</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Ändern…</translation>
    </message>
    <message>
        <source>Class names…</source>
        <translation>Klassennamen…</translation>
    </message>
    <message>
        <source>Open a file of class names: one per line, or JSON</source>
        <translation>Eine Datei mit Klassennamen öffnen: einer je Zeile, oder JSON</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>nothing: 0 to 255</source>
        <translation>keine: 0 bis 255</translation>
    </message>
    <message>
        <source>0 to 1</source>
        <translation>0 bis 1</translation>
    </message>
    <message>
        <source>−1 to 1</source>
        <translation>−1 bis 1</translation>
    </message>
    <message>
        <source>ImageNet mean and deviation</source>
        <translation>Mittel und Streuung von ImageNet</translation>
    </message>
    <message>
        <source>blue-green-red minus mean</source>
        <translation>Blau-Grün-Rot minus Mittel</translation>
    </message>
    <message>
        <source>No model is open</source>
        <translation>Kein Modell ist geöffnet</translation>
    </message>
    <message>
        <source>any size</source>
        <translation>jede Größe</translation>
    </message>
    <message>
        <source>{n} classes</source>
        <translation>{n} Klassen</translation>
    </message>
    <message>
        <source>How photos are prepared is assumed. Is it right?</source>
        <translation>Wie Fotos vorbereitet werden, ist angenommen. Stimmt es?</translation>
    </message>
    <message>
        <source>The classes have no names yet.</source>
        <translation>Die Klassen haben noch keine Namen.</translation>
    </message>
</context>
<context>
    <name>PhotoList</name>
    <message>
        <source>Find by name, class or status</source>
        <translation>Nach Name, Klasse, Zustand suchen</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>Hinzufügen…</translation>
    </message>
    <message>
        <source>Sort photos by</source>
        <translation>Fotos sortieren</translation>
    </message>
    <message>
        <source>As they were added</source>
        <translation>Wie hinzugefügt</translation>
    </message>
    <message>
        <source>By name</source>
        <translation>Nach Namen</translation>
    </message>
    <message>
        <source>By class</source>
        <translation>Nach Klasse</translation>
    </message>
    <message>
        <source>By probability</source>
        <translation>Nach Wahrscheinlichkeit</translation>
    </message>
    <message>
        <source>By status</source>
        <translation>Nach Zustand</translation>
    </message>
    <message>
        <source>{listed} of {there}</source>
        <translation>{listed} von {there}</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Remove from the list</source>
        <translation>Aus der Liste nehmen</translation>
    </message>
</context>
<context>
    <name>PhotoModel</name>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>working…</source>
        <translation>in Arbeit…</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>{p} %</source>
        <translation>{p} %</translation>
    </message>
    <message>
        <source>nothing speaks for it</source>
        <translation>nichts spricht dafür</translation>
    </message>
    <message>
        <source>no heat</source>
        <translation>keine Wärme</translation>
    </message>
    <message>
        <source>overflowed</source>
        <translation>übergelaufen</translation>
    </message>
</context>
<context>
    <name>PictureView</name>
    <message>
        <source>Photo with its heat</source>
        <translation>Foto mit seiner Wärme</translation>
    </message>
</context>
<context>
    <name>PreferencesDialog</name>
    <message>
        <source>Preferences</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Open with the photos and the model of last time</source>
        <translation>Mit den Fotos und dem Modell vom letzten Mal öffnen</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>as many as is best</source>
        <translation>so viele wie gut ist</translation>
    </message>
    <message>
        <source> MiB</source>
        <translation> MiB</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farbschema</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Colours of the heat</source>
        <translation>Farben der Wärme</translation>
    </message>
    <message>
        <source>Threads of the engine</source>
        <translation>Threads des Rechenprozesses</translation>
    </message>
    <message>
        <source>Memory for the latest photos</source>
        <translation>Speicher für die letzten Fotos</translation>
    </message>
    <message>
        <source>Another language is there after the next start. Threads and memory restart the engine.</source>
        <translation>Eine andere Sprache gilt nach dem nächsten Start. Threads und Speicher starten den Rechenprozess neu.</translation>
    </message>
</context>
<context>
    <name>ProblemBar</name>
    <message>
        <source>Problem</source>
        <translation>Problem</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>Einzelheiten kopieren</translation>
    </message>
    <message>
        <source>Trust this file…</source>
        <translation>Dieser Datei vertrauen…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Close this problem</source>
        <translation>Dieses Problem schließen</translation>
    </message>
    <message>
        <source>{n} more</source>
        <translation>{n} weitere</translation>
    </message>
</context>
<context>
    <name>ProblemList</name>
    <message>
        <source>Problems and warnings</source>
        <translation>Probleme und Warnungen</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Nothing went wrong so far.</source>
        <translation>Bisher ging nichts schief.</translation>
    </message>
    <message>
        <source>Copy all</source>
        <translation>Alles kopieren</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>Problem</translation>
    </message>
</context>
<context>
    <name>Session</name>
    <message>
        <source>the embedded model</source>
        <translation>das eingebaute Modell</translation>
    </message>
    <message>
        <source>Opening {name}</source>
        <translation>{name} wird geöffnet</translation>
    </message>
    <message>
        <source>There are no photos in it</source>
        <translation>Darin sind keine Fotos</translation>
    </message>
    <message>
        <source>Choose another folder.</source>
        <translation>Wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Explaining {name}</source>
        <translation>{name} wird erklärt</translation>
    </message>
    <message>
        <source>Engine starting…</source>
        <translation>Rechenprozess startet…</translation>
    </message>
    <message>
        <source>The engine does not run</source>
        <translation>Der Rechenprozess läuft nicht</translation>
    </message>
    <message>
        <source>Engine stopped</source>
        <translation>Rechenprozess angehalten</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
</context>
<context>
    <name>ShortcutList</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Find a command or a key</source>
        <translation>Befehl oder Taste suchen</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Taste</translation>
    </message>
    <message>
        <source>While held</source>
        <translation>Solange gehalten</translation>
    </message>
</context>
<context>
    <name>Sides</name>
    <message>
        <source>Model and photos</source>
        <translation>Modell und Fotos</translation>
    </message>
    <message>
        <source>Class and method</source>
        <translation>Klasse und Methode</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>State of the engine</source>
        <translation>Zustand des Rechenprozesses</translation>
    </message>
    <message>
        <source>Progress of the export</source>
        <translation>Fortschritt des Exports</translation>
    </message>
    <message>
        <source>Restart</source>
        <translation>Neu starten</translation>
    </message>
    <message>
        <source>Cancel the export</source>
        <translation>Export abbrechen</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>{what}: {done} of {total}</source>
        <translation>{what}: {done} von {total}</translation>
    </message>
    <message>
        <source>1 warning</source>
        <translation>1 Warnung</translation>
    </message>
    <message>
        <source>{n} warnings</source>
        <translation>{n} Warnungen</translation>
    </message>
</context>
<context>
    <name>Troubles</name>
    <message>
        <source>Trust this file?</source>
        <translation>Dieser Datei vertrauen?</translation>
    </message>
    <message>
        <source>“{name}” is a SavedModel, which is a program.</source>
        <translation>„{name}“ ist ein SavedModel, also ein Programm.</translation>
    </message>
    <message>
        <source>“{name}” holds code of its own.</source>
        <translation>„{name}“ enthält eigenen Code.</translation>
    </message>
    <message>
        <source>If you open it, this code runs with all your rights: it can read, change and send your files. Trust it only if you know who made it. The trust is remembered for this very file.</source>
        <translation>Wenn Sie sie öffnen, läuft dieser Code mit all Ihren Rechten: er kann Ihre Dateien lesen, ändern und verschicken. Vertrauen Sie ihr nur, wenn Sie wissen, von wem sie ist. Das Vertrauen wird für genau diese Datei gemerkt.</translation>
    </message>
    <message>
        <source>Trust and open</source>
        <translation>Vertrauen und öffnen</translation>
    </message>
</context>
<context>
    <name>ViewBar</name>
    <message>
        <source>Fit (F)</source>
        <translation>Einpassen (F)</translation>
    </message>
    <message>
        <source>One to one (Ctrl+0)</source>
        <translation>Eins zu eins (Strg+0)</translation>
    </message>
    <message>
        <source>Smaller (−)</source>
        <translation>Kleiner (−)</translation>
    </message>
    <message>
        <source>Larger (+)</source>
        <translation>Größer (+)</translation>
    </message>
    <message>
        <source>Overlay</source>
        <translation>Überlagert</translation>
    </message>
    <message>
        <source>Side by side</source>
        <translation>Nebeneinander</translation>
    </message>
    <message>
        <source>Swipe</source>
        <translation>Wischen</translation>
    </message>
    <message>
        <source>Grid</source>
        <translation>Raster</translation>
    </message>
    <message>
        <source>Hold to hide the heat (H)</source>
        <translation>Halten, um die Wärme auszublenden (H)</translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>Left panel ([)</source>
        <translation>Linke Leiste ([)</translation>
    </message>
    <message>
        <source>Right panel (])</source>
        <translation>Rechte Leiste (])</translation>
    </message>
    <message>
        <source>The built-in model knows 1,000 kinds of things. Drop a photo and see what it looks at.</source>
        <translation>Das eingebaute Modell kennt 1000 Arten von Dingen. Ziehen Sie ein Foto hierher und sehen Sie, worauf es achtet.</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Open model…</source>
        <translation>Modell ö&amp;ffnen…</translation>
    </message>
    <message>
        <source>Use the &amp;built-in model</source>
        <translation>Eingebautes &amp;Modell verwenden</translation>
    </message>
    <message>
        <source>Open class &amp;names…</source>
        <translation>Klassen&amp;namen öffnen…</translation>
    </message>
    <message>
        <source>Add &amp;photos…</source>
        <translation>Fotos &amp;hinzufügen…</translation>
    </message>
    <message>
        <source>Add a &amp;folder…</source>
        <translation>&amp;Ordner hinzufügen…</translation>
    </message>
    <message>
        <source>&amp;Try a sample</source>
        <translation>&amp;Beispiel ausprobieren</translation>
    </message>
    <message>
        <source>Open p&amp;roject…</source>
        <translation>&amp;Projekt öffnen…</translation>
    </message>
    <message>
        <source>&amp;Save project…</source>
        <translation>Projekt &amp;speichern…</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>&amp;Exportieren…</translation>
    </message>
    <message>
        <source>Preferen&amp;ces…</source>
        <translation>E&amp;instellungen…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>Been&amp;den</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;Undo view setting</source>
        <translation>Ansicht &amp;rückgängig</translation>
    </message>
    <message>
        <source>&amp;Redo view setting</source>
        <translation>Ansicht &amp;wiederherstellen</translation>
    </message>
    <message>
        <source>&amp;Copy picture</source>
        <translation>Bild &amp;kopieren</translation>
    </message>
    <message>
        <source>Remove photos from the &amp;list</source>
        <translation>Fotos aus der &amp;Liste nehmen</translation>
    </message>
    <message>
        <source>Read the photo &amp;again</source>
        <translation>Foto &amp;neu lesen</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Overlay</source>
        <translation>&amp;Überlagert</translation>
    </message>
    <message>
        <source>&amp;Side by side</source>
        <translation>&amp;Nebeneinander</translation>
    </message>
    <message>
        <source>S&amp;wipe</source>
        <translation>&amp;Wischen</translation>
    </message>
    <message>
        <source>&amp;Grid: compare</source>
        <translation>&amp;Raster: vergleichen</translation>
    </message>
    <message>
        <source>&amp;Fit</source>
        <translation>&amp;Einpassen</translation>
    </message>
    <message>
        <source>One &amp;to one</source>
        <translation>Eins &amp;zu eins</translation>
    </message>
    <message>
        <source>&amp;Larger</source>
        <translation>&amp;Größer</translation>
    </message>
    <message>
        <source>S&amp;maller</source>
        <translation>&amp;Kleiner</translation>
    </message>
    <message>
        <source>&amp;Next photo</source>
        <translation>Nä&amp;chstes Foto</translation>
    </message>
    <message>
        <source>&amp;Previous photo</source>
        <translation>&amp;Voriges Foto</translation>
    </message>
    <message>
        <source>E&amp;xplain</source>
        <translation>&amp;Erklären</translation>
    </message>
    <message>
        <source>Next &amp;class</source>
        <translation>Nächste &amp;Klasse</translation>
    </message>
    <message>
        <source>P&amp;revious class</source>
        <translation>&amp;Vorige Klasse</translation>
    </message>
    <message>
        <source>&amp;Likeliest class</source>
        <translation>&amp;Wahrscheinlichste Klasse</translation>
    </message>
    <message>
        <source>What speaks &amp;against it</source>
        <translation>Was da&amp;gegen spricht</translation>
    </message>
    <message>
        <source>&amp;Deeper layer</source>
        <translation>&amp;Tiefere Schicht</translation>
    </message>
    <message>
        <source>&amp;Shallower layer</source>
        <translation>&amp;Flachere Schicht</translation>
    </message>
    <message>
        <source>A&amp;utomatic layer</source>
        <translation>Schicht &amp;automatisch</translation>
    </message>
    <message>
        <source>Ca&amp;ncel</source>
        <translation>A&amp;bbrechen</translation>
    </message>
    <message>
        <source>Next &amp;method</source>
        <translation>Nächste &amp;Methode</translation>
    </message>
    <message>
        <source>&amp;Window</source>
        <translation>&amp;Fenster</translation>
    </message>
    <message>
        <source>&amp;Left panel</source>
        <translation>&amp;Linke Leiste</translation>
    </message>
    <message>
        <source>&amp;Right panel</source>
        <translation>&amp;Rechte Leiste</translation>
    </message>
    <message>
        <source>&amp;Commands…</source>
        <translation>&amp;Befehle…</translation>
    </message>
    <message>
        <source>&amp;Problems and warnings</source>
        <translation>&amp;Probleme und Warnungen</translation>
    </message>
    <message>
        <source>Restart the &amp;engine</source>
        <translation>Rechenprozess &amp;neu starten</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;What the heat shows</source>
        <translation>&amp;Was die Wärme zeigt</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>&amp;Tastenkürzel</translation>
    </message>
    <message>
        <source>Hide the heat</source>
        <translation>Wärme ausblenden</translation>
    </message>
</context>
</TS>
