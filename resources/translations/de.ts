<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
<context>
    <name>About</name>
    <message>
        <source>The engine has not said what it is kept from.</source>
        <translation>Der Rechenprozess hat nicht gesagt, wovon er ferngehalten wird.</translation>
    </message>
    <message>
        <source>The engine is kept from the network (TCP).</source>
        <translation>Der Rechenprozess wird vom Netz (TCP) ferngehalten.</translation>
    </message>
    <message>
        <source>The engine can change no files but its own temporary ones and results.</source>
        <translation>Der Rechenprozess kann keine Dateien ändern außer seinen eigenen temporären und den Ergebnissen.</translation>
    </message>
    <message>
        <source>The engine can read no files but those it is given.</source>
        <translation>Der Rechenprozess kann keine Dateien lesen außer denen, die ihm gegeben werden.</translation>
    </message>
    <message>
        <source>Nothing keeps the engine from the network.</source>
        <translation>Nichts hält den Rechenprozess vom Netz fern.</translation>
    </message>
    <message>
        <source>The engine can change your files.</source>
        <translation>Der Rechenprozess kann Ihre Dateien ändern.</translation>
    </message>
    <message>
        <source>The engine can read your files.</source>
        <translation>Der Rechenprozess kann Ihre Dateien lesen.</translation>
    </message>
</context>
<context>
    <name>AboutPage</name>
    <message>
        <source>About gradcam_tf</source>
        <translation>Über gradcam_tf</translation>
    </message>
    <message>
        <source>Shows what an image model looked at. It asks no server: photos stay on this machine.</source>
        <translation>Zeigt, worauf ein Bildmodell geschaut hat. Es fragt keinen Server: Fotos bleiben auf diesem Rechner.</translation>
    </message>
    <message>
        <source>What opens models and photos</source>
        <translation>Was Modelle und Fotos öffnet</translation>
    </message>
    <message>
        <source>The engine is a process of its own. If a file breaks it, the window lives on.</source>
        <translation>Der Rechenprozess ist ein eigener Prozess. Bringt eine Datei ihn zum Absturz, lebt das Fenster weiter.</translation>
    </message>
</context>
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
    <message>
        <source>The photo&apos;s file is damaged or ends too early. The map of “{what}” is of a picture that is blank or wrong in places.</source>
        <translation>Die Datei des Fotos ist beschädigt oder endet zu früh. Die Karte für „{what}“ ist von einem Bild, das stellenweise leer oder falsch ist.</translation>
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
        <source>the first {n} of {total} photos</source>
        <translation>die ersten {n} von {total} Fotos</translation>
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
        <source>working…</source>
        <translation>in Arbeit…</translation>
    </message>
    <message>
        <source>Failed: {why}.</source>
        <translation>Fehlgeschlagen: {why}.</translation>
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
    <message>
        <source>Below 0 it speaks against.</source>
        <translation>Unter 0 spricht es dagegen.</translation>
    </message>
    <message>
        <source>Not drawn below {value}.</source>
        <translation>Unter {value} nicht gezeichnet.</translation>
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
        <source>Pictures look as in the window: opacity, colours, threshold, signs. A file that says how it was made (JSON) is always there.</source>
        <translation>Bilder sehen aus wie im Fenster: Deckkraft, Farben, Schwelle, Vorzeichen. Eine Datei, die sagt, wie alles entstanden ist (JSON), ist immer dabei.</translation>
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
    <message>
        <source>Stopped: {n} photos more would have failed in the same way.</source>
        <translation>Angehalten: {n} weitere Fotos wären auf dieselbe Weise fehlgeschlagen.</translation>
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
        <source>How the map is made</source>
        <translation>Wie die Karte gemacht wird</translation>
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
        <source>does not fit</source>
        <translation>passt nicht</translation>
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
        <translation>Name, Klasse oder Zustand</translation>
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
        <source>No photo is found.</source>
        <translation>Kein Foto gefunden.</translation>
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
        <source>How the file is read…</source>
        <translation>Wie die Datei gelesen wird…</translation>
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
    <message>
        <source>incomplete file</source>
        <translation>unvollständige Datei</translation>
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
    <name>ReadingDialog</name>
    <message>
        <source>How the file is read</source>
        <translation>Wie die Datei gelesen wird</translation>
    </message>
    <message>
        <source>From the picture</source>
        <translation>Aus dem Bild</translation>
    </message>
    <message>
        <source>Show what can be read of a damaged file</source>
        <translation>Zeigen, was von einer beschädigten Datei lesbar ist</translation>
    </message>
    <message>
        <source>The same for all selected photos: {n}</source>
        <translation>Dasselbe für alle ausgewählten Fotos: {n}</translation>
    </message>
    <message>
        <source>Reading the file…</source>
        <translation>Datei wird gelesen…</translation>
    </message>
    <message>
        <source>From black to white:</source>
        <translation>Von Schwarz bis Weiß:</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>Seite</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>Werte</translation>
    </message>
    <message>
        <source>The least and the greatest value of this page</source>
        <translation>Der kleinste und der größte Wert dieser Seite</translation>
    </message>
    <message>
        <source>Which values are shown</source>
        <translation>Welche Werte gezeigt werden</translation>
    </message>
    <message>
        <source>Value that is shown black</source>
        <translation>Wert, der schwarz gezeigt wird</translation>
    </message>
    <message>
        <source>Value that is shown white</source>
        <translation>Wert, der weiß gezeigt wird</translation>
    </message>
    <message>
        <source>of {n}</source>
        <translation>von {n}</translation>
    </message>
    <message>
        <source>All that {n} bits can hold</source>
        <translation>Alle, die {n} Bit fassen</translation>
    </message>
    <message>
        <source>All in the picture</source>
        <translation>Alle im Bild</translation>
    </message>
    <message>
        <source>Colour, or grey of 8 bits</source>
        <translation>Farbe, oder Grau mit 8 Bit</translation>
    </message>
    <message>
        <source>Grey of {n} bits</source>
        <translation>Grau mit {n} Bit</translation>
    </message>
    <message>
        <source>Grey in floating-point numbers</source>
        <translation>Grau in Gleitkommazahlen</translation>
    </message>
    <message>
        <source>{n} pages</source>
        <translation>{n} Seiten</translation>
    </message>
    <message>
        <source>values from {low} to {high}</source>
        <translation>Werte von {low} bis {high}</translation>
    </message>
    <message>
        <source>The file is damaged, or ends too early.</source>
        <translation>Die Datei ist beschädigt oder endet zu früh.</translation>
    </message>
</context>
<context>
    <name>Round</name>
    <message>
        <source>Explaining all photos</source>
        <translation>Alle Fotos werden erklärt</translation>
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
    <message>
        <source>not confined</source>
        <translation>nicht eingeschränkt</translation>
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
        <source>Restart</source>
        <translation>Neu starten</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
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
        <source>&amp;How the file is read…</source>
        <translation>W&amp;ie die Datei gelesen wird…</translation>
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
        <source>Ne&amp;xt page of the file</source>
        <translation>Nächste Sei&amp;te der Datei</translation>
    </message>
    <message>
        <source>P&amp;age before</source>
        <translation>Seite &amp;davor</translation>
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
        <source>Explain all ph&amp;otos</source>
        <translation>Alle F&amp;otos erklären</translation>
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
        <source>&amp;About gradcam_tf</source>
        <translation>Ü&amp;ber gradcam_tf</translation>
    </message>
    <message>
        <source>Hide the heat</source>
        <translation>Wärme ausblenden</translation>
    </message>
</context>
<context>
    <name>engine</name>
    <message>
        <source>&apos;{name}&apos; of keras.applications takes {MEANINGS}</source>
        <translation>„{name}“ aus keras.applications erwartet {MEANINGS}</translation>
    </message>
    <message>
        <source>({m} of {size})</source>
        <translation>({m} von {size})</translation>
    </message>
    <message>
        <source>-1 to 1</source>
        <translation>-1 bis 1</translation>
    </message>
    <message>
        <source>0 to 1</source>
        <translation>0 bis 1</translation>
    </message>
    <message>
        <source>0 to 1, less the ImageNet mean, over its deviation</source>
        <translation>0 bis 1, abzüglich des ImageNet-Mittels, geteilt durch dessen Streuung</translation>
    </message>
    <message>
        <source>0 to 255</source>
        <translation>0 bis 255</translation>
    </message>
    <message>
        <source>1 forward and 1 backward pass</source>
        <translation>1 Vorwärts- und 1 Rückwärtslauf</translation>
    </message>
    <message>
        <source>1 forward and 1 backward pass for each sample</source>
        <translation>1 Vorwärts- und 1 Rückwärtslauf je Stichprobe</translation>
    </message>
    <message>
        <source>1 forward and 1 backward pass for each step</source>
        <translation>1 Vorwärts- und 1 Rückwärtslauf je Schritt</translation>
    </message>
    <message>
        <source>1 forward pass</source>
        <translation>1 Vorwärtslauf</translation>
    </message>
    <message>
        <source>1 forward pass and 1 run of the head for each channel that is not 0</source>
        <translation>1 Vorwärtslauf und 1 Lauf des Kopfes je Kanal, der nicht 0 ist</translation>
    </message>
    <message>
        <source>1 forward pass and 1 run of the model for each channel that is not constant, or the chosen ones</source>
        <translation>1 Vorwärtslauf und 1 Lauf des Modells je Kanal, der nicht überall gleich ist, oder für die gewählten</translation>
    </message>
    <message>
        <source>1 forward pass and 10 runs of the model for each channel that is not constant, or the chosen ones</source>
        <translation>1 Vorwärtslauf und 10 Läufe des Modells je Kanal, der nicht überall gleich ist, oder für die gewählten</translation>
    </message>
    <message>
        <source>1 forward pass and 35 runs of the model for each channel that is not constant, or the chosen ones</source>
        <translation>1 Vorwärtslauf und 35 Läufe des Modells je Kanal, der nicht überall gleich ist, oder für die gewählten</translation>
    </message>
    <message>
        <source>1 forward pass and a small eigendecomposition</source>
        <translation>1 Vorwärtslauf und eine kleine Eigenwertzerlegung</translation>
    </message>
    <message>
        <source>1 forward pass and an eigendecomposition of places × places</source>
        <translation>1 Vorwärtslauf und eine Eigenwertzerlegung der Größe Stellen × Stellen</translation>
    </message>
    <message>
        <source>1 forward pass and the head&apos;s gradient</source>
        <translation>1 Vorwärtslauf und der Gradient des Kopfes</translation>
    </message>
    <message>
        <source>1 forward pass and the head&apos;s gradient and Hessian-vector product</source>
        <translation>1 Vorwärtslauf, der Gradient des Kopfes und ein Produkt mit seiner Hesse-Matrix</translation>
    </message>
    <message>
        <source>1 forward pass and the head&apos;s gradient, twice</source>
        <translation>1 Vorwärtslauf und zweimal der Gradient des Kopfes</translation>
    </message>
    <message>
        <source>1 forward pass, a factorization, and 1 run of the head for each concept</source>
        <translation>1 Vorwärtslauf, eine Faktorisierung und 1 Lauf des Kopfes je Konzept</translation>
    </message>
    <message>
        <source>1 forward pass, and 1 forward pass and the head&apos;s gradient for each sample</source>
        <translation>1 Vorwärtslauf, dazu 1 Vorwärtslauf und der Gradient des Kopfes je Stichprobe</translation>
    </message>
    <message>
        <source>1 forward pass, the head&apos;s gradient and 1 run of the model for each of 32 groups, and for the blurred image</source>
        <translation>1 Vorwärtslauf, der Gradient des Kopfes und 1 Lauf des Modells für jede von 32 Gruppen und für das unscharfe Bild</translation>
    </message>
    <message>
        <source>1 forward pass, the head&apos;s gradient and a small eigendecomposition</source>
        <translation>1 Vorwärtslauf, der Gradient des Kopfes und eine kleine Eigenwertzerlegung</translation>
    </message>
    <message>
        <source>1 run of the model for each position of the window: 169 for a picture</source>
        <translation>1 Lauf des Modells je Lage des Fensters: 169 bei einem Bild</translation>
    </message>
    <message>
        <source>16 bits per channel reduced to 8, the high byte of each</source>
        <translation>16 Bit je Kanal auf 8 verringert, jeweils das obere Byte</translation>
    </message>
    <message>
        <source>2 forward and 2 backward passes</source>
        <translation>2 Vorwärts- und 2 Rückwärtsläufe</translation>
    </message>
    <message>
        <source>2 forward passes and 1 backward pass</source>
        <translation>2 Vorwärtsläufe und 1 Rückwärtslauf</translation>
    </message>
    <message>
        <source>255 to 0</source>
        <translation>255 bis 0</translation>
    </message>
    <message>
        <source>32-bit grey</source>
        <translation>32-Bit-Grau</translation>
    </message>
    <message>
        <source>32-bit grey: range of its finite values</source>
        <translation>32-Bit-Grau: Bereich seiner endlichen Werte</translation>
    </message>
    <message>
        <source>32-bit grey: range of its values</source>
        <translation>32-Bit-Grau: Bereich seiner Werte</translation>
    </message>
    <message>
        <source>4,000 runs of the model</source>
        <translation>4000 Läufe des Modells</translation>
    </message>
    <message>
        <source>A folder has its name: remove it, or choose another folder.</source>
        <translation>Ein Ordner trägt diesen Namen: entfernen Sie ihn, oder wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>A model whose calls change from run to run cannot be explained at this layer.</source>
        <translation>Ein Modell, dessen Aufrufe sich von Lauf zu Lauf ändern, lässt sich an dieser Schicht nicht erklären.</translation>
    </message>
    <message>
        <source>Ablation-CAM</source>
        <translation>Ablation-CAM</translation>
    </message>
    <message>
        <source>Allow at least 1</source>
        <translation>Erlauben Sie mindestens 1</translation>
    </message>
    <message>
        <source>Along the axes it can be from 1 to {most}.</source>
        <translation>Entlang der Achsen sind 1 bis {most} möglich.</translation>
    </message>
    <message>
        <source>Arrays are model input and used as they are; a path or PIL image is fitted for you.</source>
        <translation>Arrays sind Modelleingaben und werden benutzt, wie sie sind; ein Pfad oder PIL-Bild wird für Sie angepasst.</translation>
    </message>
    <message>
        <source>Ask for 1 or more.</source>
        <translation>Verlangen Sie 1 oder mehr.</translation>
    </message>
    <message>
        <source>Ask for 1 sample or more, with noise of 0 or more.</source>
        <translation>Verlangen Sie mindestens 1 Stichprobe, mit einem Rauschen von 0 oder mehr.</translation>
    </message>
    <message>
        <source>Ask for an earlier one; the first is 1</source>
        <translation>Verlangen Sie eine frühere; die erste ist 1</translation>
    </message>
    <message>
        <source>BGR, less the ImageNet mean</source>
        <translation>Blau-Grün-Rot, abzüglich des ImageNet-Mittels</translation>
    </message>
    <message>
        <source>Baseline</source>
        <translation>Ausgangsbild</translation>
    </message>
    <message>
        <source>Blur</source>
        <translation>Unschärfe</translation>
    </message>
    <message>
        <source>Build the model in Python and load this file with model.load_weights(); then give it to gct.Explainer(model), or write it whole with model.save() and open that.</source>
        <translation>Bauen Sie das Modell in Python und laden Sie diese Datei mit model.load_weights(); geben Sie es dann gct.Explainer(model), oder schreiben Sie es mit model.save() ganz und öffnen Sie das.</translation>
    </message>
    <message>
        <source>Build the model in Python without it, load the weights, and save it anew with model.save().</source>
        <translation>Bauen Sie das Modell in Python ohne das, laden Sie die Gewichte und speichern Sie es neu mit model.save().</translation>
    </message>
    <message>
        <source>Build the model with the TensorFlow that wrote it and load this checkpoint with model.load_weights(); then write it whole with model.save() and open that.</source>
        <translation>Bauen Sie das Modell mit dem TensorFlow, das es schrieb, und laden Sie diesen Zwischenstand mit model.load_weights(); schreiben Sie es dann mit model.save() ganz und öffnen Sie das.</translation>
    </message>
    <message>
        <source>CMYK without a colour profile: its colours are approximate</source>
        <translation>CMYK ohne Farbprofil: die Farben sind ungefähr</translation>
    </message>
    <message>
        <source>Call the model or the explainer on an image first.</source>
        <translation>Rufen Sie das Modell oder den Explainer zuerst mit einem Bild auf.</translation>
    </message>
    <message>
        <source>Cells</source>
        <translation>Zellen</translation>
    </message>
    <message>
        <source>Centred</source>
        <translation>Zentriert</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Kanäle</translation>
    </message>
    <message>
        <source>Check its permissions</source>
        <translation>Prüfen Sie die Zugriffsrechte</translation>
    </message>
    <message>
        <source>Check the path</source>
        <translation>Prüfen Sie den Pfad</translation>
    </message>
    <message>
        <source>Check the path and the disk</source>
        <translation>Prüfen Sie den Pfad und den Datenträger</translation>
    </message>
    <message>
        <source>Check the path.</source>
        <translation>Prüfen Sie den Pfad.</translation>
    </message>
    <message>
        <source>Choose a class.</source>
        <translation>Wählen Sie eine Klasse.</translation>
    </message>
    <message>
        <source>Choose a file that was saved as a project (.gradcam).</source>
        <translation>Wählen Sie eine Datei, die als Projekt gespeichert wurde (.gradcam).</translation>
    </message>
    <message>
        <source>Choose a folder you may write to.</source>
        <translation>Wählen Sie einen Ordner, in den Sie schreiben dürfen.</translation>
    </message>
    <message>
        <source>Choose a layer before pooling or flattening; if these are tokens, say their grid: tokens=(prefix, (height, width)).</source>
        <translation>Wählen Sie eine Schicht vor dem Pooling oder Flatten; sind dies Token, geben Sie ihr Raster an: tokens=(prefix, (height, width)).</translation>
    </message>
    <message>
        <source>Choose a layer whose output has height and width.</source>
        <translation>Wählen Sie eine Schicht, deren Ausgabe Höhe und Breite hat.</translation>
    </message>
    <message>
        <source>Choose another layer.</source>
        <translation>Wählen Sie eine andere Schicht.</translation>
    </message>
    <message>
        <source>Choose another value.</source>
        <translation>Wählen Sie einen anderen Wert.</translation>
    </message>
    <message>
        <source>Choose auto, {FUNCTIONS}.</source>
        <translation>Wählen Sie auto, {FUNCTIONS}.</translation>
    </message>
    <message>
        <source>Choose one of mask, input.</source>
        <translation>Wählen Sie mask oder input.</translation>
    </message>
    <message>
        <source>Choose one of {known}.</source>
        <translation>Wählen Sie aus: {known}.</translation>
    </message>
    <message>
        <source>Class activation maps</source>
        <translation>Klassenaktivierungskarten</translation>
    </message>
    <message>
        <source>Close other programs, or take a smaller photo or model.</source>
        <translation>Schließen Sie andere Programme, oder nehmen Sie ein kleineres Foto oder Modell.</translation>
    </message>
    <message>
        <source>Concepts</source>
        <translation>Konzepte</translation>
    </message>
    <message>
        <source>Copy it again, or save it anew</source>
        <translation>Kopieren Sie sie noch einmal, oder speichern Sie sie neu</translation>
    </message>
    <message>
        <source>Copy it again, or save it anew.</source>
        <translation>Kopieren Sie sie noch einmal, oder speichern Sie sie neu.</translation>
    </message>
    <message>
        <source>Copy or download it again</source>
        <translation>Kopieren oder laden Sie sie noch einmal</translation>
    </message>
    <message>
        <source>Copy or download it again, or save it anew</source>
        <translation>Kopieren oder laden Sie sie noch einmal, oder speichern Sie sie neu</translation>
    </message>
    <message>
        <source>Copy or download it again.</source>
        <translation>Kopieren oder laden Sie sie noch einmal.</translation>
    </message>
    <message>
        <source>Copy the details and report them.</source>
        <translation>Kopieren Sie die Einzelheiten und melden Sie sie.</translation>
    </message>
    <message>
        <source>Copy the folder with what the links lead to (cp -rL)</source>
        <translation>Kopieren Sie den Ordner mit dem, wohin die Verknüpfungen führen (cp -rL)</translation>
    </message>
    <message>
        <source>Copy the whole folder again</source>
        <translation>Kopieren Sie den ganzen Ordner noch einmal</translation>
    </message>
    <message>
        <source>Copy the whole folder again, or save it anew.</source>
        <translation>Kopieren Sie den ganzen Ordner noch einmal, oder speichern Sie ihn neu.</translation>
    </message>
    <message>
        <source>D, how many of them there are.</source>
        <translation>D, wie viele es sind.</translation>
    </message>
    <message>
        <source>Decompositions</source>
        <translation>Zerlegungen</translation>
    </message>
    <message>
        <source>Deconvolutional network</source>
        <translation>Dekonvolutionsnetz</translation>
    </message>
    <message>
        <source>Deep Feature Factorization</source>
        <translation>Tiefe Merkmalsfaktorisierung</translation>
    </message>
    <message>
        <source>Does it run in TensorFlow? Then this is a fault to report</source>
        <translation>Läuft es in TensorFlow? Dann ist dies ein Fehler, den Sie melden sollten</translation>
    </message>
    <message>
        <source>Does model(images) run by itself?</source>
        <translation>Läuft model(images) von selbst?</translation>
    </message>
    <message>
        <source>Eigen-CAM</source>
        <translation>Eigen-CAM</translation>
    </message>
    <message>
        <source>EigenGradCAM</source>
        <translation>EigenGradCAM</translation>
    </message>
    <message>
        <source>Element-wise Grad-CAM</source>
        <translation>Elementweises Grad-CAM</translation>
    </message>
    <message>
        <source>Exception encountered:</source>
        <translation>Ausnahme:</translation>
    </message>
    <message>
        <source>Explain the classes one by one: explainer.several(images, classes).</source>
        <translation>Erklären Sie die Klassen einzeln: explainer.several(images, classes).</translation>
    </message>
    <message>
        <source>FEM</source>
        <translation>FEM</translation>
    </message>
    <message>
        <source>Finer-CAM</source>
        <translation>Finer-CAM</translation>
    </message>
    <message>
        <source>For a grid of cells give Box.</source>
        <translation>Für ein Raster von Zellen geben Sie Box an.</translation>
    </message>
    <message>
        <source>For a list of anchors give AnchorsInBox, for other places Pixels.</source>
        <translation>Für eine Liste von Ankern geben Sie AnchorsInBox an, für andere Stellen Pixels.</translation>
    </message>
    <message>
        <source>For one row of classes per image give ClassScore.</source>
        <translation>Für eine Zeile von Klassen je Bild geben Sie ClassScore an.</translation>
    </message>
    <message>
        <source>Free some memory, or give smaller images if the model takes them.</source>
        <translation>Geben Sie Speicher frei, oder nehmen Sie kleinere Bilder, wenn das Modell sie annimmt.</translation>
    </message>
    <message>
        <source>Free some space, or choose another folder.</source>
        <translation>Schaffen Sie Platz, oder wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>FullGrad</source>
        <translation>FullGrad</translation>
    </message>
    <message>
        <source>Fuse a method that works on a layer.</source>
        <translation>Verschmelzen Sie eine Methode, die auf einer Schicht arbeitet.</translation>
    </message>
    <message>
        <source>Gamma</source>
        <translation>Gamma</translation>
    </message>
    <message>
        <source>Give (&quot;0&quot;: &quot;name&quot;, …) or (&quot;name&quot;: 0, …).</source>
        <translation>Geben Sie (&quot;0&quot;: &quot;Name&quot;, …) oder (&quot;Name&quot;: 0, …) an.</translation>
    </message>
    <message>
        <source>Give a file of class names.</source>
        <translation>Geben Sie eine Datei mit Klassennamen an.</translation>
    </message>
    <message>
        <source>Give a file with one name for each output, in their order.</source>
        <translation>Geben Sie eine Datei mit einem Namen je Ausgang an, in deren Reihenfolge.</translation>
    </message>
    <message>
        <source>Give a model file ({KINDS}), or a folder with a saved_model.pb.</source>
        <translation>Geben Sie eine Modelldatei an ({KINDS}) oder einen Ordner mit einer saved_model.pb.</translation>
    </message>
    <message>
        <source>Give a model file ({KINDS}).</source>
        <translation>Geben Sie eine Modelldatei an ({KINDS}).</translation>
    </message>
    <message>
        <source>Give an image file</source>
        <translation>Geben Sie eine Bilddatei an</translation>
    </message>
    <message>
        <source>Give an image with pixels</source>
        <translation>Geben Sie ein Bild mit Pixeln an</translation>
    </message>
    <message>
        <source>Give each input as an array (N, …).</source>
        <translation>Geben Sie jede Eingabe als Array (N, …) an.</translation>
    </message>
    <message>
        <source>Give it their names, fused(…, layers=[…]), and call the explainer.</source>
        <translation>Geben Sie ihm ihre Namen, fused(…, layers=[…]), und rufen Sie den Explainer auf.</translation>
    </message>
    <message>
        <source>Give its number instead.</source>
        <translation>Geben Sie stattdessen ihre Nummer an.</translation>
    </message>
    <message>
        <source>Give one name a line, or a JSON list of names, in UTF-8.</source>
        <translation>Geben Sie einen Namen je Zeile an, oder eine JSON-Liste von Namen, in UTF-8.</translation>
    </message>
    <message>
        <source>Give positive sizes</source>
        <translation>Geben Sie positive Größen an</translation>
    </message>
    <message>
        <source>Give the features of one image.</source>
        <translation>Geben Sie die Merkmale eines einzigen Bildes an.</translation>
    </message>
    <message>
        <source>Give the model&apos;s input as arrays.</source>
        <translation>Geben Sie die Eingabe des Modells als Arrays an.</translation>
    </message>
    <message>
        <source>Give the number: {which}.</source>
        <translation>Geben Sie die Nummer an: {which}.</translation>
    </message>
    <message>
        <source>Give two finite numbers, the lower one first</source>
        <translation>Geben Sie zwei endliche Zahlen an, die kleinere zuerst</translation>
    </message>
    <message>
        <source>Grad-CAM</source>
        <translation>Grad-CAM</translation>
    </message>
    <message>
        <source>Grad-CAM++</source>
        <translation>Grad-CAM++</translation>
    </message>
    <message>
        <source>Group-CAM</source>
        <translation>Group-CAM</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>Gruppen</translation>
    </message>
    <message>
        <source>Guided Grad-CAM</source>
        <translation>Geführtes Grad-CAM</translation>
    </message>
    <message>
        <source>Guided backpropagation</source>
        <translation>Geführte Rückleitung</translation>
    </message>
    <message>
        <source>HiResCAM</source>
        <translation>HiResCAM</translation>
    </message>
    <message>
        <source>How much each pixel adds to the score on the way from a baseline to the image</source>
        <translation>Wie viel jedes Pixel auf dem Weg vom Ausgangsbild zum Foto zum Wert beiträgt</translation>
    </message>
    <message>
        <source>How much each pixel itself adds to the score or takes from it, to first order around an input of zeros</source>
        <translation>Wie viel jedes Pixel selbst zum Wert beiträgt oder von ihm nimmt, in erster Ordnung um eine Eingabe aus Nullen</translation>
    </message>
    <message>
        <source>How much each place itself adds to the score or takes from it</source>
        <translation>Wie viel jede Stelle selbst zum Wert beiträgt oder von ihm nimmt</translation>
    </message>
    <message>
        <source>How much higher the score is when a place can be seen than on average, as random masks darken the input</source>
        <translation>Wie viel höher der Wert als im Mittel ist, wenn eine Stelle zu sehen ist, während zufällige Masken das Bild abdunkeln</translation>
    </message>
    <message>
        <source>How much speaks for the score at each place, with nothing that speaks against it taken off</source>
        <translation>Wie viel an jeder Stelle für den Wert spricht, ohne Abzug dessen, was dagegen spricht</translation>
    </message>
    <message>
        <source>IS-CAM</source>
        <translation>IS-CAM</translation>
    </message>
    <message>
        <source>If you have the code that defines it, give that in the Python package (custom_objects=)</source>
        <translation>Haben Sie den Code, der sie definiert, so geben Sie ihn im Python-Paket an (custom_objects=)</translation>
    </message>
    <message>
        <source>If you know who made it, allow it by trusting it</source>
        <translation>Wenn Sie wissen, von wem es ist, erlauben Sie es, indem Sie ihm vertrauen</translation>
    </message>
    <message>
        <source>If you trust it, load it in Python and use the Python package.</source>
        <translation>Wenn Sie ihr vertrauen, laden Sie sie in Python und benutzen Sie das Python-Paket.</translation>
    </message>
    <message>
        <source>Import what defines it, load it in Python, and use the Python package.</source>
        <translation>Importieren Sie, was sie definiert, laden Sie sie in Python und benutzen Sie das Python-Paket.</translation>
    </message>
    <message>
        <source>Input × gradient</source>
        <translation>Eingabe × Gradient</translation>
    </message>
    <message>
        <source>Integrated gradients</source>
        <translation>Integrierte Gradienten</translation>
    </message>
    <message>
        <source>Is TensorFlow installed? KERAS_BACKEND=tensorflow overrides the backend of ~/.keras/keras.json.</source>
        <translation>Ist TensorFlow installiert? KERAS_BACKEND=tensorflow geht dem Backend in ~/.keras/keras.json vor.</translation>
    </message>
    <message>
        <source>Is it a Keras 3 model, called the usual way?</source>
        <translation>Ist es ein Keras-3-Modell, das auf die übliche Weise aufgerufen wird?</translation>
    </message>
    <message>
        <source>Is it a whole model, saved by model.save()?</source>
        <translation>Ist es ein ganzes Modell, mit model.save() gespeichert?</translation>
    </message>
    <message>
        <source>It has 64 digits, 0-9 and a-f</source>
        <translation>Sie hat 64 Stellen, 0-9 und a-f</translation>
    </message>
    <message>
        <source>It has: {known}.</source>
        <translation>Es gibt: {known}.</translation>
    </message>
    <message>
        <source>It is being started again</source>
        <translation>Er wird neu gestartet</translation>
    </message>
    <message>
        <source>It is being started again.</source>
        <translation>Er wird neu gestartet.</translation>
    </message>
    <message>
        <source>It is being started again. It ended twice at this: leave it out, or use a smaller one.</source>
        <translation>Er wird neu gestartet. Er ist zweimal hieran gescheitert: lassen Sie es weg, oder nehmen Sie ein kleineres.</translation>
    </message>
    <message>
        <source>It needs an output (N, classes), and 1 similar class or more.</source>
        <translation>Es braucht eine Ausgabe (N, Klassen) und mindestens 1 ähnliche Klasse.</translation>
    </message>
    <message>
        <source>It should end in {KINDS}.</source>
        <translation>Der Name soll auf {KINDS} enden.</translation>
    </message>
    <message>
        <source>K</source>
        <translation>K</translation>
    </message>
    <message>
        <source>K, how many standard deviations above its mean a channel must be.</source>
        <translation>K: um wie viele Standardabweichungen ein Kanal über seinem Mittel liegen muss.</translation>
    </message>
    <message>
        <source>KPCA-CAM</source>
        <translation>KPCA-CAM</translation>
    </message>
    <message>
        <source>Keep a reference to it while you explain it.</source>
        <translation>Halten Sie eine Referenz darauf, während Sie es erklären.</translation>
    </message>
    <message>
        <source>Keras could not be imported: {first_line}</source>
        <translation>Keras konnte nicht importiert werden: {first_line}</translation>
    </message>
    <message>
        <source>Keras {keras_version}</source>
        <translation>Keras {keras_version}</translation>
    </message>
    <message>
        <source>Keras {version} could not open it: {found}</source>
        <translation>Keras {version} konnte es nicht öffnen: {found}</translation>
    </message>
    <message>
        <source>Keras {version} could not open it: {what}</source>
        <translation>Keras {version} konnte es nicht öffnen: {what}</translation>
    </message>
    <message>
        <source>Kernel</source>
        <translation>Kern</translation>
    </message>
    <message>
        <source>LaFAM</source>
        <translation>LaFAM</translation>
    </message>
    <message>
        <source>Landlock is there on Linux alone</source>
        <translation>Landlock gibt es nur auf Linux</translation>
    </message>
    <message>
        <source>Landlock is there on Linux alone: files and network are open</source>
        <translation>Landlock gibt es nur auf Linux: Dateien und Netz sind offen</translation>
    </message>
    <message>
        <source>Landlock {version} does not know TCP: the network is open</source>
        <translation>Landlock {version} kennt TCP nicht: das Netz ist offen</translation>
    </message>
    <message>
        <source>LayerCAM</source>
        <translation>LayerCAM</translation>
    </message>
    <message>
        <source>Leave the layer out, or choose one of {fitting}, …</source>
        <translation>Lassen Sie die Schicht weg, oder wählen Sie eine von {fitting}, …</translation>
    </message>
    <message>
        <source>Load it in Python where you can see what it does, and use the Python package</source>
        <translation>Laden Sie es in Python, wo Sie sehen, was es tut, und benutzen Sie das Python-Paket</translation>
    </message>
    <message>
        <source>Make it smaller</source>
        <translation>Machen Sie es kleiner</translation>
    </message>
    <message>
        <source>Make it smaller or, if you trust it, allow more with max_pixels (--max-pixels)</source>
        <translation>Machen Sie es kleiner oder, wenn Sie ihm vertrauen, erlauben Sie mehr mit max_pixels (--max-pixels)</translation>
    </message>
    <message>
        <source>Make its folder first.</source>
        <translation>Legen Sie zuerst seinen Ordner an.</translation>
    </message>
    <message>
        <source>Make room in {gettempdir}, or set TMPDIR to another folder</source>
        <translation>Schaffen Sie Platz in {gettempdir}, oder setzen Sie TMPDIR auf einen anderen Ordner</translation>
    </message>
    <message>
        <source>Masks</source>
        <translation>Masken</translation>
    </message>
    <message>
        <source>Name another signature, or save the model with a signature that takes pictures as arrays</source>
        <translation>Nennen Sie eine andere Signatur, oder speichern Sie das Modell mit einer, die Bilder als Arrays nimmt</translation>
    </message>
    <message>
        <source>Nearest: {close}.</source>
        <translation>Am nächsten: {close}.</translation>
    </message>
    <message>
        <source>Noise</source>
        <translation>Rauschen</translation>
    </message>
    <message>
        <source>Occlusion</source>
        <translation>Verdeckung</translation>
    </message>
    <message>
        <source>Once is enough.</source>
        <translation>Einmal genügt.</translation>
    </message>
    <message>
        <source>Open a model first.</source>
        <translation>Öffnen Sie zuerst ein Modell.</translation>
    </message>
    <message>
        <source>Pass an array to the explainer itself</source>
        <translation>Geben Sie dem Explainer selbst ein Array</translation>
    </message>
    <message>
        <source>Pass arrays instead</source>
        <translation>Geben Sie stattdessen Arrays an</translation>
    </message>
    <message>
        <source>Perturbations of channels</source>
        <translation>Störungen der Kanäle</translation>
    </message>
    <message>
        <source>Perturbations of the input</source>
        <translation>Störungen der Eingabe</translation>
    </message>
    <message>
        <source>Pixel gradients</source>
        <translation>Pixelgradienten</translation>
    </message>
    <message>
        <source>Probability</source>
        <translation>Wahrscheinlichkeit</translation>
    </message>
    <message>
        <source>RISE</source>
        <translation>RISE</translation>
    </message>
    <message>
        <source>Random weights</source>
        <translation>Zufallsgewichte</translation>
    </message>
    <message>
        <source>Rename it to end in {endings}.</source>
        <translation>Benennen Sie sie so um, dass sie auf {endings} endet.</translation>
    </message>
    <message>
        <source>Rename that file or folder.</source>
        <translation>Benennen Sie diese Datei oder diesen Ordner um.</translation>
    </message>
    <message>
        <source>Restart it, or reinstall the program.</source>
        <translation>Starten Sie ihn neu, oder installieren Sie das Programm noch einmal.</translation>
    </message>
    <message>
        <source>Rounds</source>
        <translation>Runden</translation>
    </message>
    <message>
        <source>SS-CAM</source>
        <translation>SS-CAM</translation>
    </message>
    <message>
        <source>Saliency</source>
        <translation>Salienz</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>Stichproben</translation>
    </message>
    <message>
        <source>Save a smaller copy, or one page, of the image</source>
        <translation>Speichern Sie eine kleinere Kopie oder eine Seite des Bildes</translation>
    </message>
    <message>
        <source>Save a smaller copy: up to 8,192 × 8,192, or {MOST_PIXELS} pixels in all, can be shown.</source>
        <translation>Speichern Sie eine kleinere Kopie: gezeigt werden bis zu 8192 × 8192, insgesamt {MOST_PIXELS} Pixel.</translation>
    </message>
    <message>
        <source>Save it anew</source>
        <translation>Speichern Sie es neu</translation>
    </message>
    <message>
        <source>Save it anew by model.export() of Keras, or tf.saved_model.save() of TensorFlow 2</source>
        <translation>Speichern Sie es neu mit model.export() von Keras oder tf.saved_model.save() von TensorFlow 2</translation>
    </message>
    <message>
        <source>Save it anew with model.save()</source>
        <translation>Speichern Sie es neu mit model.save()</translation>
    </message>
    <message>
        <source>Save it anew, if you trust it</source>
        <translation>Speichern Sie es neu, wenn Sie ihm vertrauen</translation>
    </message>
    <message>
        <source>Save it as PNG or JPEG</source>
        <translation>Speichern Sie es als PNG oder JPEG</translation>
    </message>
    <message>
        <source>Save it with interleaved channels</source>
        <translation>Speichern Sie es mit verschränkten Kanälen</translation>
    </message>
    <message>
        <source>Save it with signatures= , or by model.export() of Keras</source>
        <translation>Speichern Sie es mit signatures= oder mit model.export() von Keras</translation>
    </message>
    <message>
        <source>Save it without a password</source>
        <translation>Speichern Sie es ohne Passwort</translation>
    </message>
    <message>
        <source>Save the model anew</source>
        <translation>Speichern Sie das Modell neu</translation>
    </message>
    <message>
        <source>Say axes={shape}, and give a mask of so many axes.</source>
        <translation>Sagen Sie axes={shape}, und geben Sie eine Maske mit so vielen Achsen an.</translation>
    </message>
    <message>
        <source>Say which: {which}.</source>
        <translation>Sagen Sie, welche: {which}.</translation>
    </message>
    <message>
        <source>Score-CAM</source>
        <translation>Score-CAM</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startzahl</translation>
    </message>
    <message>
        <source>Set KERAS_BACKEND=tensorflow before Keras is imported.</source>
        <translation>Setzen Sie KERAS_BACKEND=tensorflow, bevor Keras importiert wird.</translation>
    </message>
    <message>
        <source>ShapleyCAM</source>
        <translation>ShapleyCAM</translation>
    </message>
    <message>
        <source>Sigma</source>
        <translation>Sigma</translation>
    </message>
    <message>
        <source>Similar</source>
        <translation>Ähnliche</translation>
    </message>
    <message>
        <source>Smooth Grad-CAM++</source>
        <translation>Smooth Grad-CAM++</translation>
    </message>
    <message>
        <source>SmoothGrad</source>
        <translation>SmoothGrad</translation>
    </message>
    <message>
        <source>SquareGrad</source>
        <translation>SquareGrad</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Stride</source>
        <translation>Schrittweite</translation>
    </message>
    <message>
        <source>Take 1 or more groups, a quantile from 0 to 1 and a blur above 0.</source>
        <translation>Nehmen Sie mindestens 1 Gruppe, ein Quantil von 0 bis 1 und eine Unschärfe über 0.</translation>
    </message>
    <message>
        <source>Take 1 or more masks and cells, and a probability above 0 and at most 1.</source>
        <translation>Nehmen Sie mindestens 1 Maske und Zelle und eine Wahrscheinlichkeit über 0 bis höchstens 1.</translation>
    </message>
    <message>
        <source>Take 1 or more, or None: all.</source>
        <translation>Nehmen Sie 1 oder mehr, oder None: alle.</translation>
    </message>
    <message>
        <source>Take 1 or more.</source>
        <translation>Nehmen Sie 1 oder mehr.</translation>
    </message>
    <message>
        <source>TensorFlow could not open it: {first_line}</source>
        <translation>TensorFlow konnte es nicht öffnen: {first_line}</translation>
    </message>
    <message>
        <source>The first page is 1</source>
        <translation>Die erste Seite ist 1</translation>
    </message>
    <message>
        <source>The model is to be saved without it; what it needs from outside, nobody can vouch for</source>
        <translation>Das Modell muss ohne dies gespeichert werden; für das, was es von außen braucht, kann niemand bürgen</translation>
    </message>
    <message>
        <source>The output must be a row of classes.</source>
        <translation>Die Ausgabe muss eine Zeile von Klassen sein.</translation>
    </message>
    <message>
        <source>The pixels of guided backpropagation, where Grad-CAM says that the class is</source>
        <translation>Die Pixel der geführten Rückleitung dort, wo nach Grad-CAM die Klasse ist</translation>
    </message>
    <message>
        <source>The strongest pattern in what adds to the score</source>
        <translation>Das stärkste Muster in dem, was zum Wert beiträgt</translation>
    </message>
    <message>
        <source>The strongest pattern in what the layer sees, bent ones included, whatever the class</source>
        <translation>Das stärkste Muster in dem, was die Schicht sieht, auch ein gekrümmtes, gleich für welche Klasse</translation>
    </message>
    <message>
        <source>The strongest pattern in what the layer sees, whatever the class</source>
        <translation>Das stärkste Muster in dem, was die Schicht sieht, gleich für welche Klasse</translation>
    </message>
    <message>
        <source>There is: {BASELINES}, or a number.</source>
        <translation>Es gibt: {BASELINES}, oder eine Zahl.</translation>
    </message>
    <message>
        <source>There is: {known}.</source>
        <translation>Es gibt: {known}.</translation>
    </message>
    <message>
        <source>There is: {names}</source>
        <translation>Es gibt: {names}</translation>
    </message>
    <message>
        <source>There is: {names}.</source>
        <translation>Es gibt: {names}.</translation>
    </message>
    <message>
        <source>These do: {able}.</source>
        <translation>Diese tun es: {able}.</translation>
    </message>
    <message>
        <source>Theta</source>
        <translation>Theta</translation>
    </message>
    <message>
        <source>They count the model&apos;s outputs, from 0 on.</source>
        <translation>Sie zählen die Ausgänge des Modells, von 0 an.</translation>
    </message>
    <message>
        <source>Trust it only if you know where it comes from.</source>
        <translation>Vertrauen Sie ihr nur, wenn Sie wissen, woher sie kommt.</translation>
    </message>
    <message>
        <source>Trust it only if you know who made it</source>
        <translation>Vertrauen Sie ihm nur, wenn Sie wissen, von wem es ist</translation>
    </message>
    <message>
        <source>Try again when it is written</source>
        <translation>Versuchen Sie es wieder, wenn sie geschrieben ist</translation>
    </message>
    <message>
        <source>Try again; if it happens again, the file may be damaged.</source>
        <translation>Versuchen Sie es noch einmal; geschieht es wieder, ist die Datei vielleicht beschädigt.</translation>
    </message>
    <message>
        <source>Update the program.</source>
        <translation>Aktualisieren Sie das Programm.</translation>
    </message>
    <message>
        <source>Use another folder, or let files be replaced.</source>
        <translation>Nehmen Sie einen anderen Ordner, oder lassen Sie Dateien ersetzen.</translation>
    </message>
    <message>
        <source>Use squash, crop or letterbox</source>
        <translation>Nehmen Sie squash, crop oder letterbox</translation>
    </message>
    <message>
        <source>Use {kinds}.</source>
        <translation>Nehmen Sie {kinds}.</translation>
    </message>
    <message>
        <source>VarGrad</source>
        <translation>VarGrad</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>Gewicht</translation>
    </message>
    <message>
        <source>Weights alone are not enough: save the whole model by model.save()</source>
        <translation>Gewichte allein genügen nicht: speichern Sie das ganze Modell mit model.save()</translation>
    </message>
    <message>
        <source>Weights alone are not enough: save the whole model by model.save().</source>
        <translation>Gewichte allein genügen nicht: speichern Sie das ganze Modell mit model.save().</translation>
    </message>
    <message>
        <source>What sets the class apart from those most like it: Grad-CAM of the difference of their scores</source>
        <translation>Was die Klasse von den ähnlichsten unterscheidet: Grad-CAM der Differenz ihrer Werte</translation>
    </message>
    <message>
        <source>What the layer&apos;s channels show when they are weighted by chance; a method worth its name differs from it</source>
        <translation>Was die Kanäle der Schicht zeigen, wenn sie zufällig gewichtet werden; eine Methode, die etwas taugt, weicht davon ab</translation>
    </message>
    <message>
        <source>Where channels stand out from their own average, strong channels first, whatever the class</source>
        <translation>Wo Kanäle über ihr eigenes Mittel hinausragen, starke Kanäle zuerst, gleich für welche Klasse</translation>
    </message>
    <message>
        <source>Where groups of channels are active that bring the score back when they are laid over a blurred image</source>
        <translation>Wo Gruppen von Kanälen aktiv sind, die den Wert zurückbringen, wenn man sie über ein unscharfes Bild legt</translation>
    </message>
    <message>
        <source>Where more activation would raise the score, place by place; sharp in early layers too</source>
        <translation>Wo mehr Aktivierung den Wert erhöhen würde, Stelle für Stelle; auch in frühen Schichten scharf</translation>
    </message>
    <message>
        <source>Where the channels are active that raise the score, whatever a little noise on the image does</source>
        <translation>Wo die Kanäle aktiv sind, die den Wert erhöhen, was auch ein wenig Rauschen am Bild ändert</translation>
    </message>
    <message>
        <source>Where the channels are active that show the model what it scores high</source>
        <translation>Wo die Kanäle aktiv sind, die dem Modell zeigen, was es hoch bewertet</translation>
    </message>
    <message>
        <source>Where the channels are active that show the model what it scores high, from a glimpse to the whole</source>
        <translation>Wo die Kanäle aktiv sind, die dem Modell zeigen, was es hoch bewertet, vom flüchtigen Blick bis zum Ganzen</translation>
    </message>
    <message>
        <source>Where the channels are active that show the model what it scores high, noise or not</source>
        <translation>Wo die Kanäle aktiv sind, die dem Modell zeigen, was es hoch bewertet, mit Rauschen oder ohne</translation>
    </message>
    <message>
        <source>Where the channels are active that the score falls without</source>
        <translation>Wo die Kanäle aktiv sind, ohne die der Wert fällt</translation>
    </message>
    <message>
        <source>Where the channels are active that the score would miss, how they work together included</source>
        <translation>Wo die Kanäle aktiv sind, die dem Wert fehlen würden, ihr Zusammenwirken eingeschlossen</translation>
    </message>
    <message>
        <source>Where the channels that raise the score are active, each judged at the places where it is active</source>
        <translation>Wo die Kanäle aktiv sind, die den Wert erhöhen, jeder beurteilt an den Stellen, wo er aktiv ist</translation>
    </message>
    <message>
        <source>Where the channels that raise the score somewhere are active, small and repeated objects included</source>
        <translation>Wo die Kanäle aktiv sind, die den Wert irgendwo erhöhen, auch kleine und mehrfache Dinge</translation>
    </message>
    <message>
        <source>Where the channels that raise the score, on average over the image, are active</source>
        <translation>Wo die Kanäle aktiv sind, die den Wert im Mittel über das Bild erhöhen</translation>
    </message>
    <message>
        <source>Where the gradient changes as noise is added: where the score bends</source>
        <translation>Wo sich der Gradient mit dem Rauschen ändert: wo der Wert eine Biegung macht</translation>
    </message>
    <message>
        <source>Where the input and the biases of all layers together bear on the score</source>
        <translation>Wo die Eingabe und die Biaswerte aller Schichten zusammen auf den Wert wirken</translation>
    </message>
    <message>
        <source>Where the layer is active at all, whatever the class</source>
        <translation>Wo die Schicht überhaupt aktiv ist, gleich für welche Klasse</translation>
    </message>
    <message>
        <source>Where the one of the layer&apos;s few concepts is that speaks most for the score</source>
        <translation>Wo dasjenige der wenigen Konzepte der Schicht ist, das am meisten für den Wert spricht</translation>
    </message>
    <message>
        <source>Which parts the score falls without, when a window that slides over the input covers them</source>
        <translation>Ohne welche Teile der Wert fällt, wenn ein Fenster, das über das Bild wandert, sie verdeckt</translation>
    </message>
    <message>
        <source>Which pattern in the input the neurons that raise the score look for</source>
        <translation>Nach welchem Muster im Bild die Neuronen suchen, die den Wert erhöhen</translation>
    </message>
    <message>
        <source>Which pixels feed the active neurons that raise the score; sharp, but much the same for every class</source>
        <translation>Welche Pixel die aktiven Neuronen speisen, die den Wert erhöhen; scharf, aber für jede Klasse fast gleich</translation>
    </message>
    <message>
        <source>Which pixels would change the score most, in either direction</source>
        <translation>Welche Pixel den Wert am stärksten ändern würden, in welcher Richtung auch immer</translation>
    </message>
    <message>
        <source>Which pixels would change the score most, the flicker of single gradients averaged out</source>
        <translation>Welche Pixel den Wert am stärksten ändern würden, das Flackern einzelner Gradienten ausgemittelt</translation>
    </message>
    <message>
        <source>Which pixels would change the score most, those included whose direction flickers</source>
        <translation>Welche Pixel den Wert am stärksten ändern würden, auch solche, deren Richtung flackert</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Write {name}(gradcam).</source>
        <translation>Schreiben Sie {name}(gradcam).</translation>
    </message>
    <message>
        <source>XGrad-CAM</source>
        <translation>XGrad-CAM</translation>
    </message>
    <message>
        <source>a .keras file</source>
        <translation>eine .keras-Datei</translation>
    </message>
    <message>
        <source>a layer has at least 1 concept</source>
        <translation>eine Schicht hat mindestens 1 Konzept</translation>
    </message>
    <message>
        <source>a photo&apos;s or model&apos;s path is no valid text</source>
        <translation>der Pfad eines Fotos oder Modells ist kein gültiger Text</translation>
    </message>
    <message>
        <source>a {kind} is neither a path nor a PIL image</source>
        <translation>ein {kind} ist weder ein Pfad noch ein PIL-Bild</translation>
    </message>
    <message>
        <source>after its activation</source>
        <translation>nach ihrer Aktivierung</translation>
    </message>
    <message>
        <source>after its addition or merge</source>
        <translation>nach ihrer Addition oder Zusammenführung</translation>
    </message>
    <message>
        <source>after its normalisation</source>
        <translation>nach ihrer Normalisierung</translation>
    </message>
    <message>
        <source>against {replace}</source>
        <translation>gegen {replace}</translation>
    </message>
    <message>
        <source>along each axis; as many as places where there are fewer.</source>
        <translation>entlang jeder Achse; so viele wie Stellen, wo es weniger sind.</translation>
    </message>
    <message>
        <source>an HDF5 file</source>
        <translation>eine HDF5-Datei</translation>
    </message>
    <message>
        <source>an older Keras</source>
        <translation>ein älteres Keras</translation>
    </message>
    <message>
        <source>anchors in the box</source>
        <translation>Anker im Rechteck</translation>
    </message>
    <message>
        <source>another number, another noise; each image has the same.</source>
        <translation>eine andere Zahl, ein anderes Rauschen; jedes Bild bekommt dasselbe.</translation>
    </message>
    <message>
        <source>another number, other masks.</source>
        <translation>eine andere Zahl, andere Masken.</translation>
    </message>
    <message>
        <source>another number, other noise.</source>
        <translation>eine andere Zahl, anderes Rauschen.</translation>
    </message>
    <message>
        <source>another number, other weights.</source>
        <translation>eine andere Zahl, andere Gewichte.</translation>
    </message>
    <message>
        <source>asks for similar classes</source>
        <translation>verlangt ähnliche Klassen</translation>
    </message>
    <message>
        <source>b. black or white: the image&apos;s own smallest or largest value in each channel, because what a model takes for black depends on its preprocessing, channel by channel, and is not known here; a number: that value everywhere, such as the black of a known preprocessing; mean: the image&apos;s mean in each channel; blurred: the image, blurred by a Gaussian of a tenth of each axis.</source>
        <translation>b. black oder white: der kleinste oder größte Wert des Bildes selbst in jedem Kanal, denn was ein Modell für schwarz hält, hängt von seiner Vorbereitung ab, Kanal für Kanal, und ist hier nicht bekannt; eine Zahl: überall dieser Wert, etwa das Schwarz einer bekannten Vorbereitung; mean: das Mittel des Bildes in jedem Kanal; blurred: das Bild, mit einer Gaußglocke von einem Zehntel jeder Achse unscharf gemacht.</translation>
    </message>
    <message>
        <source>begins with something else</source>
        <translation>beginnt mit etwas anderem</translation>
    </message>
    <message>
        <source>black</source>
        <translation>schwarz</translation>
    </message>
    <message>
        <source>blurred</source>
        <translation>unscharf</translation>
    </message>
    <message>
        <source>brings the constants to {constants} bytes, more than the file explains</source>
        <translation>bringt die Konstanten auf {constants} Bytes, mehr als die Datei erklärt</translation>
    </message>
    <message>
        <source>cannot be &apos;{value}&apos;</source>
        <translation>kann nicht „{value}“ sein</translation>
    </message>
    <message>
        <source>cannot be copied to be looked at: no space left</source>
        <translation>kann zum Ansehen nicht kopiert werden: kein Platz mehr</translation>
    </message>
    <message>
        <source>cannot be read as class names: {error}</source>
        <translation>kann nicht als Klassennamen gelesen werden: {error}</translation>
    </message>
    <message>
        <source>cannot be read: {lower}</source>
        <translation>kann nicht gelesen werden: {lower}</translation>
    </message>
    <message>
        <source>cannot be read: {reason}</source>
        <translation>kann nicht gelesen werden: {reason}</translation>
    </message>
    <message>
        <source>cannot be started</source>
        <translation>kann nicht gestartet werden</translation>
    </message>
    <message>
        <source>cannot be turned into an array: {error}</source>
        <translation>kann nicht in ein Array verwandelt werden: {error}</translation>
    </message>
    <message>
        <source>cannot be written: {lower}</source>
        <translation>kann nicht geschrieben werden: {lower}</translation>
    </message>
    <message>
        <source>cannot compare with {count} classes</source>
        <translation>kann nicht mit {count} Klassen vergleichen</translation>
    </message>
    <message>
        <source>cannot work with {groups} groups, a quantile of {theta} and a blur of {blur}</source>
        <translation>kann nicht mit {groups} Gruppen, einem Quantil von {theta} und einer Unschärfe von {blur} arbeiten</translation>
    </message>
    <message>
        <source>cannot work with {masks} masks of {cells} cells and a probability of {probability}</source>
        <translation>kann nicht mit {masks} Masken aus {cells} Zellen und einer Wahrscheinlichkeit von {probability} arbeiten</translation>
    </message>
    <message>
        <source>cells in the box</source>
        <translation>Zellen im Rechteck</translation>
    </message>
    <message>
        <source>chosen by name{token_grid}</source>
        <translation>namentlich gewählt{token_grid}</translation>
    </message>
    <message>
        <source>class &apos;{name}&apos;</source>
        <translation>Klasse „{name}“</translation>
    </message>
    <message>
        <source>class of rank {rank}</source>
        <translation>Klasse vom Rang {rank}</translation>
    </message>
    <message>
        <source>class {index}</source>
        <translation>Klasse {index}</translation>
    </message>
    <message>
        <source>class {number} has no name</source>
        <translation>Klasse {number} hat keinen Namen</translation>
    </message>
    <message>
        <source>concepts {concepts} of method &apos;dff&apos;</source>
        <translation>{concepts} Konzepte der Methode „dff“</translation>
    </message>
    <message>
        <source>confined{by}: {held}</source>
        <translation>eingeschränkt{by}: {held}</translation>
    </message>
    <message>
        <source>converted to sRGB from the colour profile &apos;{name}&apos;</source>
        <translation>aus dem Farbprofil „{name}“ nach sRGB umgerechnet</translation>
    </message>
    <message>
        <source>counted the layers in the weights once, not twice</source>
        <translation>die Schichten in den Gewichten einmal gezählt, nicht zweimal</translation>
    </message>
    <message>
        <source>crashed (signal {code})</source>
        <translation>ist abgestürzt (Signal {code})</translation>
    </message>
    <message>
        <source>does not run on an input of shape {shapes}: {error}</source>
        <translation>läuft nicht mit einer Eingabe der Form {shapes}: {error}</translation>
    </message>
    <message>
        <source>does not sum the contributions of channels</source>
        <translation>summiert nicht die Beiträge von Kanälen</translation>
    </message>
    <message>
        <source>dominant class</source>
        <translation>vorherrschende Klasse</translation>
    </message>
    <message>
        <source>dropped batch_input_shape from {count}</source>
        <translation>batch_input_shape bei {count} entfernt</translation>
    </message>
    <message>
        <source>dropped the dtype of {count}</source>
        <translation>den dtype bei {count} entfernt</translation>
    </message>
    <message>
        <source>dropped {arguments} from {count}</source>
        <translation>{arguments} bei {count} entfernt</translation>
    </message>
    <message>
        <source>ended by itself (code {code})</source>
        <translation>hat sich selbst beendet (Code {code})</translation>
    </message>
    <message>
        <source>every class of {batch} images at once</source>
        <translation>alle Klassen von {batch} Bildern auf einmal</translation>
    </message>
    <message>
        <source>exists already</source>
        <translation>gibt es schon</translation>
    </message>
    <message>
        <source>float grey</source>
        <translation>Gleitkomma-Grau</translation>
    </message>
    <message>
        <source>float grey: range of its finite values</source>
        <translation>Gleitkomma-Grau: Bereich seiner endlichen Werte</translation>
    </message>
    <message>
        <source>float grey: range of its values</source>
        <translation>Gleitkomma-Grau: Bereich seiner Werte</translation>
    </message>
    <message>
        <source>float grey: the window given</source>
        <translation>Gleitkomma-Grau: das angegebene Fenster</translation>
    </message>
    <message>
        <source>frame {page} is used, and no other</source>
        <translation>Bild {page} wird benutzt, kein anderes</translation>
    </message>
    <message>
        <source>function &apos;{name}&apos;</source>
        <translation>Funktion „{name}“</translation>
    </message>
    <message>
        <source>fuses layers itself</source>
        <translation>verschmilzt selbst Schichten</translation>
    </message>
    <message>
        <source>gave the current modules of {moved}</source>
        <translation>die heutigen Module von {moved} angegeben</translation>
    </message>
    <message>
        <source>gave {count} a name</source>
        <translation>{count} einen Namen gegeben</translation>
    </message>
    <message>
        <source>gave {count} the input layer that its first layer speaks of</source>
        <translation>{count} die Eingabeschicht gegeben, von der die erste Schicht spricht</translation>
    </message>
    <message>
        <source>given pixels</source>
        <translation>angegebene Pixel</translation>
    </message>
    <message>
        <source>given: {MEANINGS}</source>
        <translation>angegeben: {MEANINGS}</translation>
    </message>
    <message>
        <source>goes on for {size} bytes after its end</source>
        <translation>geht nach ihrem Ende noch {size} Bytes weiter</translation>
    </message>
    <message>
        <source>gradcam-tf trusted lists those that are</source>
        <translation>gradcam-tf trusted zeigt die, denen vertraut wird</translation>
    </message>
    <message>
        <source>gradcam_tf runs on TensorFlow, not on &apos;{backend}&apos;</source>
        <translation>gradcam_tf läuft mit TensorFlow, nicht mit „{backend}“</translation>
    </message>
    <message>
        <source>has a class that is not named by text</source>
        <translation>hat eine Klasse, die nicht durch Text benannt ist</translation>
    </message>
    <message>
        <source>has a name of {n} bytes</source>
        <translation>hat einen Namen von {n} Bytes</translation>
    </message>
    <message>
        <source>has a name that ends before its end</source>
        <translation>hat einen Namen, der vor seinem Ende endet</translation>
    </message>
    <message>
        <source>has a name that is no text</source>
        <translation>hat einen Namen, der kein Text ist</translation>
    </message>
    <message>
        <source>has a node with two names</source>
        <translation>hat einen Knoten mit zwei Namen</translation>
    </message>
    <message>
        <source>has a place or size below 0</source>
        <translation>hat einen Ort oder eine Größe unter 0</translation>
    </message>
    <message>
        <source>has a value twice</source>
        <translation>hat einen Wert zweimal</translation>
    </message>
    <message>
        <source>has an array in a file of data that is not there ({shard})</source>
        <translation>hat ein Array in einer Datendatei, die es nicht gibt ({shard})</translation>
    </message>
    <message>
        <source>has an attribute twice, or one without a name</source>
        <translation>hat ein Attribut zweimal oder eines ohne Namen</translation>
    </message>
    <message>
        <source>has an ending that is not known</source>
        <translation>hat eine unbekannte Endung</translation>
    </message>
    <message>
        <source>has arrays of {stored} bytes in a file of {size}</source>
        <translation>hat Arrays von {stored} Bytes in einer Datei von {size}</translation>
    </message>
    <message>
        <source>has arrays of {stored} bytes in {size}, which are empty otherwise</source>
        <translation>hat Arrays von {stored} Bytes in {size}, die sonst leer sind</translation>
    </message>
    <message>
        <source>has arrays that lie over one another</source>
        <translation>hat Arrays, die übereinander liegen</translation>
    </message>
    <message>
        <source>has attributes nested more than {MAX_DEPTH} deep</source>
        <translation>hat Attribute, die mehr als {MAX_DEPTH} tief verschachtelt sind</translation>
    </message>
    <message>
        <source>has its arrays out of order</source>
        <translation>hat seine Arrays nicht in ihrer Reihenfolge</translation>
    </message>
    <message>
        <source>has its numbers in another file (external storage)</source>
        <translation>hat seine Zahlen in einer anderen Datei (externe Speicherung)</translation>
    </message>
    <message>
        <source>has members that reach behind its end</source>
        <translation>hat Mitglieder, die über ihr Ende hinausreichen</translation>
    </message>
    <message>
        <source>has more than the {most} bytes that are read</source>
        <translation>hat mehr als die {most} Bytes, die gelesen werden</translation>
    </message>
    <message>
        <source>has more than the {most} bytes that it says</source>
        <translation>hat mehr als die {most} Bytes, die es angibt</translation>
    </message>
    <message>
        <source>has more than {MAX_ATTRIBUTES} attributes</source>
        <translation>hat mehr als {MAX_ATTRIBUTES} Attribute</translation>
    </message>
    <message>
        <source>has more than {MAX_ENTRIES} arrays</source>
        <translation>hat mehr als {MAX_ENTRIES} Arrays</translation>
    </message>
    <message>
        <source>has more than {MAX_FIELDS} fields</source>
        <translation>hat mehr als {MAX_FIELDS} Felder</translation>
    </message>
    <message>
        <source>has more than {MAX_INPUTS} inputs</source>
        <translation>hat mehr als {MAX_INPUTS} Eingaben</translation>
    </message>
    <message>
        <source>has more than {MAX_PARTS} parts</source>
        <translation>hat mehr als {MAX_PARTS} Teile</translation>
    </message>
    <message>
        <source>has no setting &apos;{setting}&apos;</source>
        <translation>hat keine Einstellung „{setting}“</translation>
    </message>
    <message>
        <source>has no signature</source>
        <translation>hat keine Signatur</translation>
    </message>
    <message>
        <source>has no signature &apos;{wanted}&apos;</source>
        <translation>hat keine Signatur „{wanted}“</translation>
    </message>
    <message>
        <source>has shape {shape}; the model takes {tuple}</source>
        <translation>hat die Form {shape}; das Modell erwartet {tuple}</translation>
    </message>
    <message>
        <source>has the key &apos;{key}&apos; twice</source>
        <translation>hat den Schlüssel „{key}“ zweimal</translation>
    </message>
    <message>
        <source>has the name of an operation</source>
        <translation>hat den Namen einer Operation</translation>
    </message>
    <message>
        <source>has {data} bytes; up to {MAX_CONFIG} are read</source>
        <translation>hat {data} Bytes; gelesen werden bis zu {MAX_CONFIG}</translation>
    </message>
    <message>
        <source>has {data} bytes; up to {MAX_GRAPH} are read</source>
        <translation>hat {data} Bytes; bis zu {MAX_GRAPH} werden gelesen</translation>
    </message>
    <message>
        <source>has {directory} bytes that belong to no member</source>
        <translation>hat {directory} Bytes, die zu keinem Mitglied gehören</translation>
    </message>
    <message>
        <source>has {file_size} bytes; up to {MAX_CONFIG} are read</source>
        <translation>hat {file_size} Bytes; gelesen werden bis zu {MAX_CONFIG}</translation>
    </message>
    <message>
        <source>has {members} members</source>
        <translation>hat {members} Mitglieder</translation>
    </message>
    <message>
        <source>has {text} bytes; up to {MAX_CONFIG} are read</source>
        <translation>hat {text} Bytes; gelesen werden bis zu {MAX_CONFIG}</translation>
    </message>
    <message>
        <source>have shapes {shapes}: not one batch of the same number of images in each</source>
        <translation>haben die Formen {shapes}: nicht ein Stapel mit gleich vielen Bildern in jeder</translation>
    </message>
    <message>
        <source>holds an array of an unknown type</source>
        <translation>enthält ein Array unbekannten Typs</translation>
    </message>
    <message>
        <source>holds no class names</source>
        <translation>enthält keine Klassennamen</translation>
    </message>
    <message>
        <source>holds no model</source>
        <translation>enthält kein Modell</translation>
    </message>
    <message>
        <source>holds no weights</source>
        <translation>enthält keine Gewichte</translation>
    </message>
    <message>
        <source>holds the number {one}…, larger than any setting of a layer</source>
        <translation>enthält die Zahl {one}…, größer als jede Einstellung einer Schicht</translation>
    </message>
    <message>
        <source>holds the operation &apos;{op}&apos;, which was not seen before</source>
        <translation>enthält die Operation „{op}“, die vorher nicht gesehen wurde</translation>
    </message>
    <message>
        <source>holds weights only; the architecture is missing</source>
        <translation>enthält nur Gewichte; die Architektur fehlt</translation>
    </message>
    <message>
        <source>holds {metas} models; one is read</source>
        <translation>enthält {metas} Modelle; eines wird gelesen</translation>
    </message>
    <message>
        <source>how far it moves, likewise; None: a quarter of the window&apos;s extent, in a volume half of it.</source>
        <translation>wie weit es sich bewegt, ebenso; None: ein Viertel der Ausdehnung des Fensters, in einem Volumen die Hälfte.</translation>
    </message>
    <message>
        <source>how many noisy images.</source>
        <translation>wie viele verrauschte Bilder.</translation>
    </message>
    <message>
        <source>how many there are.</source>
        <translation>wie viele es sind.</translation>
    </message>
    <message>
        <source>how many.</source>
        <translation>wie viele.</translation>
    </message>
    <message>
        <source>how often the factors are improved.</source>
        <translation>wie oft die Faktoren verbessert werden.</translation>
    </message>
    <message>
        <source>image array</source>
        <translation>Bild-Array</translation>
    </message>
    <message>
        <source>input</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>is &apos;{value}&apos;, not of the kind {wanted}</source>
        <translation>ist „{value}“, nicht von der Art {wanted}</translation>
    </message>
    <message>
        <source>is a .keras file by its content</source>
        <translation>ist nach ihrem Inhalt eine .keras-Datei</translation>
    </message>
    <message>
        <source>is a FlaxLayer, which is made of functions that no file can hold</source>
        <translation>ist ein FlaxLayer, der aus Funktionen besteht, die keine Datei enthalten kann</translation>
    </message>
    <message>
        <source>is a GPTQConfig, which holds a data set and a tokenizer</source>
        <translation>ist eine GPTQConfig, die Daten und einen Tokenizer enthält</translation>
    </message>
    <message>
        <source>is a JaxLayer, which is made of functions that no file can hold</source>
        <translation>ist ein JaxLayer, der aus Funktionen besteht, die keine Datei enthalten kann</translation>
    </message>
    <message>
        <source>is a Lambda layer, which is Python code, and code is not run from a file</source>
        <translation>ist eine Lambda-Schicht, also Python-Code, und Code aus einer Datei wird nicht ausgeführt</translation>
    </message>
    <message>
        <source>is a Python lambda, and code is not run from a file</source>
        <translation>ist ein Python-Lambda, und Code aus einer Datei wird nicht ausgeführt</translation>
    </message>
    <message>
        <source>is a SavedModel: a program made of TensorFlow&apos;s operations, and no list of layers</source>
        <translation>ist ein SavedModel: ein Programm aus TensorFlows Operationen und keine Liste von Schichten</translation>
    </message>
    <message>
        <source>is a TFSMLayer, which reads something outside the model&apos;s file, which trust in the file cannot cover</source>
        <translation>ist ein TFSMLayer, der etwas außerhalb der Modelldatei liest, was das Vertrauen in die Datei nicht abdecken kann</translation>
    </message>
    <message>
        <source>is a TorchModuleWrapper, which unpickles and so runs whatever the file holds</source>
        <translation>ist ein TorchModuleWrapper, der entpickelt und damit ausführt, was immer die Datei enthält</translation>
    </message>
    <message>
        <source>is a bare Layer, which does nothing</source>
        <translation>ist eine bloße Schicht (Layer), die nichts tut</translation>
    </message>
    <message>
        <source>is a bare Wrapper, which does nothing</source>
        <translation>ist ein bloßer Wrapper, der nichts tut</translation>
    </message>
    <message>
        <source>is a link or a device, and no file</source>
        <translation>ist ein Verweis oder ein Gerät und keine Datei</translation>
    </message>
    <message>
        <source>is a link to somewhere else, and no part of the file</source>
        <translation>ist ein Verweis nach anderswo und kein Teil der Datei</translation>
    </message>
    <message>
        <source>is a tensor of TensorFlow that is made as it is read</source>
        <translation>ist ein Tensor von TensorFlow, der beim Lesen entsteht</translation>
    </message>
    <message>
        <source>is an AWQConfig, which holds a data set and a tokenizer</source>
        <translation>ist eine AWQConfig, die Daten und einen Tokenizer enthält</translation>
    </message>
    <message>
        <source>is an HDF5 file by its content</source>
        <translation>ist nach ihrem Inhalt eine HDF5-Datei</translation>
    </message>
    <message>
        <source>is damaged, truncated, or no HDF5 file</source>
        <translation>ist beschädigt, abgeschnitten oder keine HDF5-Datei</translation>
    </message>
    <message>
        <source>is damaged, truncated, or no Keras model file</source>
        <translation>ist beschädigt, abgeschnitten oder keine Keras-Modelldatei</translation>
    </message>
    <message>
        <source>is empty</source>
        <translation>ist leer</translation>
    </message>
    <message>
        <source>is encrypted</source>
        <translation>ist verschlüsselt</translation>
    </message>
    <message>
        <source>is in the archive twice, and who reads it may find either</source>
        <translation>ist zweimal im Archiv, und wer es liest, kann auf beide stoßen</translation>
    </message>
    <message>
        <source>is in the file under two names</source>
        <translation>ist unter zwei Namen in der Datei</translation>
    </message>
    <message>
        <source>is larger than the file</source>
        <translation>ist größer als die Datei</translation>
    </message>
    <message>
        <source>is made with &apos;{title}&apos;, which is no Keras layer</source>
        <translation>ist mit „{title}“ gemacht, was keine Keras-Schicht ist</translation>
    </message>
    <message>
        <source>is neither a group nor an array</source>
        <translation>ist weder eine Gruppe noch ein Array</translation>
    </message>
    <message>
        <source>is neither text nor a number</source>
        <translation>ist weder Text noch eine Zahl</translation>
    </message>
    <message>
        <source>is nested more than {MAX_DEPTH} deep</source>
        <translation>ist tiefer als {MAX_DEPTH} verschachtelt</translation>
    </message>
    <message>
        <source>is nested too deep</source>
        <translation>ist zu tief verschachtelt</translation>
    </message>
    <message>
        <source>is no JSON object</source>
        <translation>ist kein JSON-Objekt</translation>
    </message>
    <message>
        <source>is no JSON: {error}</source>
        <translation>ist kein JSON: {error}</translation>
    </message>
    <message>
        <source>is no Keras 3 model but a {module}.{model}</source>
        <translation>ist kein Keras-3-Modell, sondern ein {module}.{model}</translation>
    </message>
    <message>
        <source>is no SHA-256</source>
        <translation>ist keine SHA-256</translation>
    </message>
    <message>
        <source>is no array of numbers</source>
        <translation>ist kein Array von Zahlen</translation>
    </message>
    <message>
        <source>is no project, or damaged</source>
        <translation>ist kein Projekt, oder beschädigt</translation>
    </message>
    <message>
        <source>is none that Keras writes</source>
        <translation>ist keine, die Keras schreibt</translation>
    </message>
    <message>
        <source>is not a Keras model file by its name</source>
        <translation>ist nach ihrem Namen keine Keras-Modelldatei</translation>
    </message>
    <message>
        <source>is not a folder</source>
        <translation>ist kein Ordner</translation>
    </message>
    <message>
        <source>is not a regular file</source>
        <translation>ist keine gewöhnliche Datei</translation>
    </message>
    <message>
        <source>is not known</source>
        <translation>ist nicht bekannt</translation>
    </message>
    <message>
        <source>is not opened: {refusals}{more}</source>
        <translation>wird nicht geöffnet: {refusals}{more}</translation>
    </message>
    <message>
        <source>is not opened: {refusal}</source>
        <translation>wird nicht geöffnet: {refusal}</translation>
    </message>
    <message>
        <source>is not remembered as trusted</source>
        <translation>ist nicht als vertraut vermerkt</translation>
    </message>
    <message>
        <source>is not the file that you trust: its SHA-256 is {sha256}</source>
        <translation>ist nicht die Datei, der Sie vertrauen: ihre SHA-256 ist {sha256}</translation>
    </message>
    <message>
        <source>is of a version of HDF5 that Keras does not write</source>
        <translation>ist in einer HDF5-Fassung, die Keras nicht schreibt</translation>
    </message>
    <message>
        <source>is one of more than {MAX_OBJECTS} objects</source>
        <translation>ist eines von mehr als {MAX_OBJECTS} Objekten</translation>
    </message>
    <message>
        <source>is packed in a way that Keras does not use</source>
        <translation>ist auf eine Weise gepackt, die Keras nicht benutzt</translation>
    </message>
    <message>
        <source>is packed in pieces larger than itself</source>
        <translation>ist in Stücken gepackt, die größer sind als es selbst</translation>
    </message>
    <message>
        <source>is part of a file in several parts</source>
        <translation>ist Teil einer Datei in mehreren Teilen</translation>
    </message>
    <message>
        <source>is put around a method</source>
        <translation>wird um eine Methode gelegt</translation>
    </message>
    <message>
        <source>is put together from other files (virtual storage)</source>
        <translation>ist aus anderen Dateien zusammengesetzt (virtuelle Speicherung)</translation>
    </message>
    <message>
        <source>is stored as it is, but in another size</source>
        <translation>ist unverändert gespeichert, aber in anderer Größe</translation>
    </message>
    <message>
        <source>is too long for a project</source>
        <translation>ist zu lang für ein Projekt</translation>
    </message>
    <message>
        <source>is truncated or damaged: {error}</source>
        <translation>ist abgeschnitten oder beschädigt: {error}</translation>
    </message>
    <message>
        <source>is truncated or damaged: {reason}</source>
        <translation>ist abgeschnitten oder beschädigt: {reason}</translation>
    </message>
    <message>
        <source>is truncated: it says that it has {end} bytes, and has {size}</source>
        <translation>ist abgeschnitten: sie soll {end} Bytes haben und hat {size}</translation>
    </message>
    <message>
        <source>it has more than {max_pixels} pixels{size}, which may be a decompression bomb</source>
        <translation>es hat mehr als {max_pixels} Pixel{size}, was eine Dekompressionsbombe sein kann</translation>
    </message>
    <message>
        <source>it has more than {what}, which may be a decompression bomb</source>
        <translation>es hat mehr als {what}, was eine Dekompressionsbombe sein kann</translation>
    </message>
    <message>
        <source>it has no page {page}</source>
        <translation>es hat keine Seite {page}</translation>
    </message>
    <message>
        <source>it has no pixels ({width} × {height})</source>
        <translation>es hat keine Pixel ({width} × {height})</translation>
    </message>
    <message>
        <source>it holds a Lambda layer, which is Python code, and code is not run from a file</source>
        <translation>es enthält eine Lambda-Schicht, also Python-Code, und Code aus einer Datei wird nicht ausgeführt</translation>
    </message>
    <message>
        <source>it holds no model</source>
        <translation>es enthält kein Modell</translation>
    </message>
    <message>
        <source>it is a folder, not an image</source>
        <translation>es ist ein Ordner, kein Bild</translation>
    </message>
    <message>
        <source>it is made with &apos;{value}&apos;, which Keras does not know</source>
        <translation>es ist mit „{value}“ gemacht, das Keras nicht kennt</translation>
    </message>
    <message>
        <source>it is not a regular file but a pipe, socket or device</source>
        <translation>es ist keine gewöhnliche Datei, sondern eine Pipe, ein Socket oder ein Gerät</translation>
    </message>
    <message>
        <source>it is not an image of a kind that can be read (JPEG, PNG, BMP, GIF, TIFF, WebP)</source>
        <translation>es ist kein Bild einer lesbaren Art (JPEG, PNG, BMP, GIF, TIFF, WebP)</translation>
    </message>
    <message>
        <source>it takes far too long to read, which may be on purpose</source>
        <translation>es zu lesen dauert viel zu lange, vielleicht mit Absicht</translation>
    </message>
    <message>
        <source>its EXIF data is damaged: the orientation is unknown</source>
        <translation>die EXIF-Daten sind beschädigt: die Ausrichtung ist unbekannt</translation>
    </message>
    <message>
        <source>its class numbers are not 0 to {pairs}, each once</source>
        <translation>die Klassennummern sind nicht 0 bis {pairs}, jede einmal</translation>
    </message>
    <message>
        <source>its colour profile is damaged or does not fit, and was ignored</source>
        <translation>das Farbprofil ist beschädigt oder passt nicht und wurde nicht beachtet</translation>
    </message>
    <message>
        <source>its extent, in places, along all axes or each; None: a sixteenth of a signal&apos;s, a quarter of a picture&apos;s, a third of a volume&apos;s.</source>
        <translation>die Ausdehnung, in Stellen, entlang aller Achsen oder jeder; None: ein Sechzehntel eines Signals, ein Viertel eines Bildes, ein Drittel eines Volumens.</translation>
    </message>
    <message>
        <source>its input shape is not known before it has been given an image</source>
        <translation>die Form der Eingabe ist nicht bekannt, bevor es ein Bild bekommen hat</translation>
    </message>
    <message>
        <source>its keys are no class numbers: {error}</source>
        <translation>die Schlüssel sind keine Klassennummern: {error}</translation>
    </message>
    <message>
        <source>its map does not lie on the photo</source>
        <translation>die Karte liegt nicht auf dem Foto</translation>
    </message>
    <message>
        <source>its map has {ndim} axes and cannot be drawn over a photo</source>
        <translation>die Karte hat {ndim} Achsen und lässt sich nicht über ein Foto zeichnen</translation>
    </message>
    <message>
        <source>its output has no such tensor</source>
        <translation>die Ausgabe hat keinen solchen Tensor</translation>
    </message>
    <message>
        <source>its output has shape {shape}: no places to draw a map on</source>
        <translation>die Ausgabe hat die Form {shape}: keine Stellen, auf denen eine Karte liegen könnte</translation>
    </message>
    <message>
        <source>its own largest absolute value</source>
        <translation>der eigene größte Betrag</translation>
    </message>
    <message>
        <source>its own maximum</source>
        <translation>das eigene Maximum</translation>
    </message>
    <message>
        <source>its planes of more than 8 bits would be read wrongly</source>
        <translation>die Ebenen von mehr als 8 Bit würden falsch gelesen</translation>
    </message>
    <message>
        <source>its standard deviation, as a share of the image&apos;s range.</source>
        <translation>die Standardabweichung, als Anteil am Wertebereich des Bildes.</translation>
    </message>
    <message>
        <source>its transparency is laid on white</source>
        <translation>die Transparenz ist auf Weiß gelegt</translation>
    </message>
    <message>
        <source>kept the hard_sigmoid of Keras 2 in {fromkeys}</source>
        <translation>das hard_sigmoid von Keras 2 in {fromkeys} behalten</translation>
    </message>
    <message>
        <source>largest output</source>
        <translation>größte Ausgabe</translation>
    </message>
    <message>
        <source>layer &apos;{layer}&apos;</source>
        <translation>Schicht „{layer}“</translation>
    </message>
    <message>
        <source>layer &apos;{name_of}&apos; ({item})</source>
        <translation>Schicht „{name_of}“ ({item})</translation>
    </message>
    <message>
        <source>layer &apos;{name}&apos;</source>
        <translation>Schicht „{name}“</translation>
    </message>
    <message>
        <source>left it to {name_of} to find its shapes</source>
        <translation>{name_of} überlassen, die Formen zu finden</translation>
    </message>
    <message>
        <source>m, how many steps from the baseline to the image.</source>
        <translation>m, wie viele Schritte vom Ausgangsbild bis zum Bild.</translation>
    </message>
    <message>
        <source>n, how many noisy images.</source>
        <translation>n, wie viele verrauschte Bilder.</translation>
    </message>
    <message>
        <source>nothing in the model says what values it expects: photos are given as 0 to 255. If it was trained on others, prediction and heatmap are wrong; say so: unit (0 to 1), symmetric (-1 to 1), torch or caffe</source>
        <translation>nichts im Modell sagt, welche Werte es erwartet: Fotos werden als 0 bis 255 gegeben. Wurde es mit anderen trainiert, sind Vorhersage und Karte falsch; sagen Sie es: unit (0 bis 1), symmetric (-1 bis 1), torch oder caffe</translation>
    </message>
    <message>
        <source>{paths} photos</source>
        <translation>{paths} Fotos</translation>
    </message>
    <message>
        <source>σ, the strength of the noise.</source>
        <translation>σ, die Stärke des Rauschens.</translation>
    </message>
    <message>
        <source>layer &apos;{path}&apos;</source>
        <translation>Schicht „{path}“</translation>
    </message>
    <message>
        <source>E[M], the share of cells that show the image.</source>
        <translation>E[M], der Anteil der Zellen, die das Bild zeigen.</translation>
    </message>
    <message>
        <source>Give its number, or the names: open a file of class names.</source>
        <translation>Geben Sie ihre Nummer an, oder die Namen: öffnen Sie eine Datei mit Klassennamen.</translation>
    </message>
    <message>
        <source>N, how many draws of noise.</source>
        <translation>N, wie oft Rauschen gezogen wird.</translation>
    </message>
    <message>
        <source>N, how many masks are drawn.</source>
        <translation>N, wie viele Masken gezogen werden.</translation>
    </message>
    <message>
        <source>N, how many steps from a glimpse to the whole.</source>
        <translation>N, wie viele Schritte vom Schimmer bis zum Ganzen.</translation>
    </message>
    <message>
        <source>Name the image files inside it</source>
        <translation>Nennen Sie die Bilddateien darin</translation>
    </message>
    <message>
        <source>is a file (an asset), such as a vocabulary</source>
        <translation>ist eine Datei (ein Asset), etwa ein Vokabular</translation>
    </message>
    <message>
        <source>is a folder without a model</source>
        <translation>ist ein Ordner ohne Modell</translation>
    </message>
    <message>
        <source>is a link, and no file</source>
        <translation>ist eine Verknüpfung und keine Datei</translation>
    </message>
    <message>
        <source>is a link, and no folder</source>
        <translation>ist eine Verknüpfung und kein Ordner</translation>
    </message>
    <message>
        <source>is a table or another resource, which is filled when it is loaded</source>
        <translation>ist eine Tabelle oder eine andere Ressource, die beim Laden gefüllt wird</translation>
    </message>
    <message>
        <source>is an array in several parts</source>
        <translation>ist ein Array in mehreren Teilen</translation>
    </message>
    <message>
        <source>is an array of an unknown kind or size</source>
        <translation>ist ein Array von unbekannter Art oder Größe</translation>
    </message>
    <message>
        <source>is called, and is not there</source>
        <translation>wird aufgerufen und ist nicht da</translation>
    </message>
    <message>
        <source>is damaged</source>
        <translation>ist beschädigt</translation>
    </message>
    <message>
        <source>is damaged, or packed</source>
        <translation>ist beschädigt oder gepackt</translation>
    </message>
    <message>
        <source>is damaged: a field has no number</source>
        <translation>ist beschädigt: ein Feld hat keine Nummer</translation>
    </message>
    <message>
        <source>is damaged: a field is of no known kind</source>
        <translation>ist beschädigt: ein Feld ist von keiner bekannten Art</translation>
    </message>
    <message>
        <source>is damaged: a message stands where a number belongs</source>
        <translation>ist beschädigt: eine Nachricht steht, wo eine Zahl hingehört</translation>
    </message>
    <message>
        <source>is damaged: a number stands where a message belongs</source>
        <translation>ist beschädigt: eine Zahl steht, wo eine Nachricht hingehört</translation>
    </message>
    <message>
        <source>is in the graph twice, and who reads it may find either</source>
        <translation>steht zweimal im Graphen, und wer liest, kann das eine oder das andere finden</translation>
    </message>
    <message>
        <source>is made by a class that TensorFlow would look up</source>
        <translation>wird von einer Klasse gemacht, die TensorFlow nachschlagen würde</translation>
    </message>
    <message>
        <source>is missing</source>
        <translation>fehlt</translation>
    </message>
    <message>
        <source>is no regular file</source>
        <translation>ist keine gewöhnliche Datei</translation>
    </message>
    <message>
        <source>is not confined, and the program would run with all your rights{why}</source>
        <translation>ist nicht eingeschränkt, und das Programm liefe mit all Ihren Rechten{why}</translation>
    </message>
    <message>
        <source>is of TensorFlow 1, or a part of one: it says nothing of its objects</source>
        <translation>ist von TensorFlow 1 oder ein Teil davon: es sagt nichts über seine Objekte</translation>
    </message>
    <message>
        <source>is of a kind that is not known ({number})</source>
        <translation>ist von einer Art, die nicht bekannt ist ({number})</translation>
    </message>
    <message>
        <source>is of the kind &apos;{kind}&apos;, which is not known</source>
        <translation>ist von der Art „{kind}“, die nicht bekannt ist</translation>
    </message>
    <message>
        <source>is the operation &apos;{operation}&apos;, which is none that turns arrays into arrays</source>
        <translation>ist die Operation „{operation}“, keine, die Arrays in Arrays verwandelt</translation>
    </message>
    <message>
        <source>is there twice, or has no name</source>
        <translation>ist zweimal da oder hat keinen Namen</translation>
    </message>
    <message>
        <source>is truncated or damaged</source>
        <translation>ist abgeschnitten oder beschädigt</translation>
    </message>
    <message>
        <source>is truncated or damaged: a field reaches behind its end</source>
        <translation>ist abgeschnitten oder beschädigt: ein Feld reicht hinter das Ende</translation>
    </message>
    <message>
        <source>is truncated or damaged: a number has no end, or a longer one than it needs</source>
        <translation>ist abgeschnitten oder beschädigt: eine Zahl hat kein Ende oder ist länger als nötig</translation>
    </message>
    <message>
        <source>is truncated, damaged, or no index of a checkpoint</source>
        <translation>ist abgeschnitten, beschädigt oder kein Verzeichnis eines Checkpoints</translation>
    </message>
    <message>
        <source>is truncated: it has {size} bytes of {most}</source>
        <translation>ist abgeschnitten: es hat {size} Bytes von {most}</translation>
    </message>
    <message>
        <source>its graph cannot be written out: {reason}</source>
        <translation>sein Graph lässt sich nicht ausschreiben: {reason}</translation>
    </message>
    <message>
        <source>its output does not depend on its input</source>
        <translation>seine Ausgabe hängt nicht von seiner Eingabe ab</translation>
    </message>
    <message>
        <source>its values are {low} to {high}, little of that range: a window from {low2} to {high2} spreads them</source>
        <translation>die Werte reichen von {low} bis {high}, nur ein kleiner Teil dieses Bereichs: ein Fenster von {low2} bis {high2} spreizt sie</translation>
    </message>
    <message>
        <source>lies over another member</source>
        <translation>liegt über einem anderen Mitglied</translation>
    </message>
    <message>
        <source>linear</source>
        <translation>linear</translation>
    </message>
    <message>
        <source>macOS does not limit a process&apos;s memory</source>
        <translation>macOS begrenzt den Speicher eines Prozesses nicht</translation>
    </message>
    <message>
        <source>mask</source>
        <translation>Maske</translation>
    </message>
    <message>
        <source>mask: on the mask, the first variant; input: on the masked input, the second.</source>
        <translation>mask: auf der Maske, die erste Fassung; input: auf der maskierten Eingabe, die zweite.</translation>
    </message>
    <message>
        <source>mean</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>method &apos;finercam&apos;</source>
        <translation>Methode „finercam“</translation>
    </message>
    <message>
        <source>method &apos;groupcam&apos;</source>
        <translation>Methode „groupcam“</translation>
    </message>
    <message>
        <source>method &apos;kpca&apos;</source>
        <translation>Methode „kpca“</translation>
    </message>
    <message>
        <source>method &apos;occlusion&apos;</source>
        <translation>Methode „occlusion“</translation>
    </message>
    <message>
        <source>method &apos;rise&apos;</source>
        <translation>Methode „rise“</translation>
    </message>
    <message>
        <source>method &apos;sscam&apos;</source>
        <translation>Methode „sscam“</translation>
    </message>
    <message>
        <source>method &apos;{name}&apos;</source>
        <translation>Methode „{name}“</translation>
    </message>
    <message>
        <source>method &apos;{name}({name2})&apos;</source>
        <translation>Methode „{name}({name2})“</translation>
    </message>
    <message>
        <source>model &apos;{name}&apos;</source>
        <translation>Modell „{name}“</translation>
    </message>
    <message>
        <source>model input</source>
        <translation>Modelleingabe</translation>
    </message>
    <message>
        <source>model inputs</source>
        <translation>Modelleingaben</translation>
    </message>
    <message>
        <source>must be at least 1</source>
        <translation>muss mindestens 1 sein</translation>
    </message>
    <message>
        <source>names &apos;{value}&apos;, which is no {kind} of Keras</source>
        <translation>nennt „{value}“, was kein {kind} von Keras ist</translation>
    </message>
    <message>
        <source>names a file, &apos;{value}&apos;, which reads something outside the model&apos;s file, which trust in the file cannot cover</source>
        <translation>nennt eine Datei, „{value}“, und liest damit etwas außerhalb der Modelldatei, was das Vertrauen in die Datei nicht abdecken kann</translation>
    </message>
    <message>
        <source>names a function otherwise than by text</source>
        <translation>nennt eine Funktion anders als durch Text</translation>
    </message>
    <message>
        <source>names a type of TensorFlow, which no Keras model needs</source>
        <translation>nennt einen Typ von TensorFlow, den kein Keras-Modell braucht</translation>
    </message>
    <message>
        <source>names an address, &apos;{value}&apos;, which reads something outside the model&apos;s file, which trust in the file cannot cover</source>
        <translation>nennt eine Adresse, „{value}“, und liest damit etwas außerhalb der Modelldatei, was das Vertrauen in die Datei nicht abdecken kann</translation>
    </message>
    <message>
        <source>names the function &apos;{title}&apos;, which is no activation, loss or metric of Keras</source>
        <translation>nennt die Funktion „{title}“, die keine Aktivierung, Verlustfunktion oder Metrik von Keras ist</translation>
    </message>
    <message>
        <source>needs 3 channels, not {shape}</source>
        <translation>braucht 3 Kanäle, nicht {shape}</translation>
    </message>
    <message>
        <source>needs a plug-in to unpack (filter {unknown})</source>
        <translation>braucht zum Entpacken ein Zusatzmodul (Filter {unknown})</translation>
    </message>
    <message>
        <source>needs files of its own (assets), such as a vocabulary</source>
        <translation>braucht eigene Dateien (Assets), etwa ein Vokabular</translation>
    </message>
    <message>
        <source>no class has this name</source>
        <translation>keine Klasse hat diesen Namen</translation>
    </message>
    <message>
        <source>no class was named</source>
        <translation>es wurde keine Klasse genannt</translation>
    </message>
    <message>
        <source>no images were given</source>
        <translation>es wurden keine Bilder angegeben</translation>
    </message>
    <message>
        <source>no layer call was seen while the model ran</source>
        <translation>während das Modell lief, wurde keine Schicht aufgerufen</translation>
    </message>
    <message>
        <source>no model</source>
        <translation>kein Modell</translation>
    </message>
    <message>
        <source>no model is open</source>
        <translation>es ist kein Modell offen</translation>
    </message>
    <message>
        <source>no weights</source>
        <translation>keine Gewichte</translation>
    </message>
    <message>
        <source>not a grid; wanted (N, height, width, classes)</source>
        <translation>kein Raster; erwartet wird (N, Höhe, Breite, Klassen)</translation>
    </message>
    <message>
        <source>not a list of boxes; wanted (N, boxes, classes)</source>
        <translation>keine Liste von Rechtecken; erwartet wird (N, Rechtecke, Klassen)</translation>
    </message>
    <message>
        <source>not classes at places; wanted (N, …, classes)</source>
        <translation>keine Klassen an Stellen; erwartet wird (N, …, Klassen)</translation>
    </message>
    <message>
        <source>not classes on a grid of {axes} axes</source>
        <translation>keine Klassen auf einem Raster mit {axes} Achsen</translation>
    </message>
    <message>
        <source>not confined</source>
        <translation>nicht eingeschränkt</translation>
    </message>
    <message>
        <source>nothing in this layer speaks for the target: every contribution is negative or zero</source>
        <translation>nichts in dieser Schicht spricht für das Ziel: jeder Beitrag ist negativ oder null</translation>
    </message>
    <message>
        <source>object {place}</source>
        <translation>Objekt {place}</translation>
    </message>
    <message>
        <source>only so many, those of the largest variance over the places, as Faster Score-CAM; None: all, exactly.</source>
        <translation>nur so viele, die mit der größten Varianz über die Stellen, wie Faster Score-CAM; None: alle, genau.</translation>
    </message>
    <message>
        <source>only so many, those of the largest variance over the places; None: all.</source>
        <translation>nur so viele, die mit der größten Varianz über die Stellen; None: alle.</translation>
    </message>
    <message>
        <source>only the first of its frames is used</source>
        <translation>nur das erste seiner Einzelbilder wird benutzt</translation>
    </message>
    <message>
        <source>only the first of its pages is used</source>
        <translation>nur die erste seiner Seiten wird benutzt</translation>
    </message>
    <message>
        <source>output of {kind}</source>
        <translation>Ausgabe von {kind}</translation>
    </message>
    <message>
        <source>page {page} is used, and no other</source>
        <translation>Seite {page} wird benutzt, keine andere</translation>
    </message>
    <message>
        <source>photos cannot be fitted to it: it is not known to take one picture (height, width, channels)</source>
        <translation>Fotos lassen sich ihm nicht anpassen: es ist nicht bekannt, dass es ein Bild (Höhe, Breite, Kanäle) nimmt</translation>
    </message>
    <message>
        <source>preprocessing &apos;{name}&apos;</source>
        <translation>Vorbereitung „{name}“</translation>
    </message>
    <message>
        <source>ranks count from 1</source>
        <translation>Ränge zählen von 1 an</translation>
    </message>
    <message>
        <source>rbf</source>
        <translation>rbf</translation>
    </message>
    <message>
        <source>reaches behind the end of the archive</source>
        <translation>reicht hinter das Ende des Archivs</translation>
    </message>
    <message>
        <source>read {done}</source>
        <translation>{done} gelesen</translation>
    </message>
    <message>
        <source>reads or writes files, by &apos;{name}&apos;, and is not the saver&apos;s</source>
        <translation>liest oder schreibt Dateien, durch „{name}“, und gehört nicht zum Speichern</translation>
    </message>
    <message>
        <source>reads something outside the model&apos;s file, which trust in the file cannot cover</source>
        <translation>liest etwas außerhalb der Modelldatei, was das Vertrauen in die Datei nicht abdecken kann</translation>
    </message>
    <message>
        <source>runs many variations of the image for each class</source>
        <translation>lässt für jede Klasse viele Abwandlungen des Bildes laufen</translation>
    </message>
    <message>
        <source>said something that makes no sense</source>
        <translation>sagte etwas, das keinen Sinn ergibt</translation>
    </message>
    <message>
        <source>said where the wrapped {done} are</source>
        <translation>gesagt, wo die umhüllten {done} sind</translation>
    </message>
    <message>
        <source>said where {done} are</source>
        <translation>gesagt, wo {done} sind</translation>
    </message>
    <message>
        <source>samples {samples} of method &apos;smooth-gradcam++&apos;</source>
        <translation>{samples} Stichproben der Methode „smooth-gradcam++“</translation>
    </message>
    <message>
        <source>says that it has {asked} bytes, and {size} are in the file</source>
        <translation>gibt {asked} Bytes an, und {size} sind in der Datei</translation>
    </message>
    <message>
        <source>says that it has {declared} bytes, and {stored} are in the file</source>
        <translation>soll {declared} Bytes haben, und {stored} sind in der Datei</translation>
    </message>
    <message>
        <source>says that there are {shards} files of data</source>
        <translation>gibt an, dass es {shards} Datendateien gibt</translation>
    </message>
    <message>
        <source>segment of class {index}</source>
        <translation>Segment von Klasse {index}</translation>
    </message>
    <message>
        <source>setting &apos;{key}&apos; of &apos;{name}&apos;</source>
        <translation>Einstellung „{key}“ von „{name}“</translation>
    </message>
    <message>
        <source>setting &apos;{name}&apos; of {where}</source>
        <translation>Einstellung „{name}“ von {where}</translation>
    </message>
    <message>
        <source>several settings are called &apos;{setting}&apos;</source>
        <translation>mehrere Einstellungen heißen „{setting}“</translation>
    </message>
    <message>
        <source>sigmoid</source>
        <translation>sigmoid</translation>
    </message>
    <message>
        <source>sigmoid, tanh(γ x·y + 1), as the authors&apos; code; rbf, exp(-γ |x - y|²); linear, x·y.</source>
        <translation>sigmoid, tanh(γ x·y + 1), wie der Code der Autoren; rbf, exp(-γ |x - y|²); linear, x·y.</translation>
    </message>
    <message>
        <source>sizes {photo_size} and {input_size} are not all positive</source>
        <translation>die Größen {photo_size} und {input_size} sind nicht alle positiv</translation>
    </message>
    <message>
        <source>something unexpected went wrong ({error}: {text})</source>
        <translation>etwas Unerwartetes ging schief ({error}: {text})</translation>
    </message>
    <message>
        <source>something unexpected went wrong ({kind}: {error})</source>
        <translation>etwas Unerwartetes ging schief ({kind}: {error})</translation>
    </message>
    <message>
        <source>take each channel&apos;s mean off: the first principal component in the statistical sense.</source>
        <translation>das Mittel jedes Kanals abziehen: die erste Hauptkomponente im statistischen Sinn.</translation>
    </message>
    <message>
        <source>take the mean of each channel of M off.</source>
        <translation>das Mittel jedes Kanals von M abziehen.</translation>
    </message>
    <message>
        <source>take ȳ off; False: as the paper.</source>
        <translation>ȳ abziehen; False: wie im Artikel.</translation>
    </message>
    <message>
        <source>takes text or packed pictures, and no arrays of numbers</source>
        <translation>nimmt Text oder gepackte Bilder und keine Arrays von Zahlen</translation>
    </message>
    <message>
        <source>the archive</source>
        <translation>das Archiv</translation>
    </message>
    <message>
        <source>the class names are not known</source>
        <translation>die Klassennamen sind nicht bekannt</translation>
    </message>
    <message>
        <source>the config</source>
        <translation>die Konfiguration</translation>
    </message>
    <message>
        <source>the engine</source>
        <translation>der Rechenprozess</translation>
    </message>
    <message>
        <source>the export to {folder}</source>
        <translation>der Export nach {folder}</translation>
    </message>
    <message>
        <source>the file</source>
        <translation>die Datei</translation>
    </message>
    <message>
        <source>the file cannot be read ({reason})</source>
        <translation>die Datei kann nicht gelesen werden ({reason})</translation>
    </message>
    <message>
        <source>the file changed while it was read</source>
        <translation>die Datei änderte sich, während sie gelesen wurde</translation>
    </message>
    <message>
        <source>the file is empty</source>
        <translation>die Datei ist leer</translation>
    </message>
    <message>
        <source>the file is longer than {MAX_BYTES} bytes</source>
        <translation>die Datei ist länger als {MAX_BYTES} Bytes</translation>
    </message>
    <message>
        <source>the file is truncated or damaged</source>
        <translation>die Datei ist abgeschnitten oder beschädigt</translation>
    </message>
    <message>
        <source>the file may not be read</source>
        <translation>die Datei darf nicht gelesen werden</translation>
    </message>
    <message>
        <source>the folder</source>
        <translation>der Ordner</translation>
    </message>
    <message>
        <source>the image is damaged or truncated ({error})</source>
        <translation>das Bild ist beschädigt oder abgeschnitten ({error})</translation>
    </message>
    <message>
        <source>the image is damaged, truncated or of an unsupported variant</source>
        <translation>das Bild ist beschädigt, abgeschnitten oder von einer nicht lesbaren Spielart</translation>
    </message>
    <message>
        <source>the image is of a variant that cannot be read ({error})</source>
        <translation>das Bild ist von einer Spielart, die nicht gelesen werden kann ({error})</translation>
    </message>
    <message>
        <source>the image is truncated or damaged: the map is of a picture that is blank or wrong in places</source>
        <translation>das Bild ist abgeschnitten oder beschädigt: die Karte ist von einem Bild, das stellenweise leer oder falsch ist</translation>
    </message>
    <message>
        <source>the image is truncated: its end is missing</source>
        <translation>das Bild ist abgeschnitten: sein Ende fehlt</translation>
    </message>
    <message>
        <source>the largest of {shape} outputs, taken as classes</source>
        <translation>die größte von {shape} Ausgaben, als Klassen genommen</translation>
    </message>
    <message>
        <source>the last spatial map{before}: {what}</source>
        <translation>die letzte räumliche Karte{before}: {what}</translation>
    </message>
    <message>
        <source>the layer was not called in this run, though it was when the model was first looked at</source>
        <translation>die Schicht wurde in diesem Lauf nicht aufgerufen, obwohl sie es war, als das Modell zuerst betrachtet wurde</translation>
    </message>
    <message>
        <source>the map holds NaN or infinity: an activation or gradient overflowed</source>
        <translation>die Karte enthält NaN oder Unendlich: eine Aktivierung oder ein Gradient ist übergelaufen</translation>
    </message>
    <message>
        <source>the map is zero everywhere: the score does not depend on this layer here</source>
        <translation>die Karte ist überall null: der Wert hängt hier nicht von dieser Schicht ab</translation>
    </message>
    <message>
        <source>the member &apos;{name}&apos;</source>
        <translation>das Mitglied „{name}“</translation>
    </message>
    <message>
        <source>the member &apos;{orig_filename}&apos;</source>
        <translation>das Mitglied „{orig_filename}“</translation>
    </message>
    <message>
        <source>the method compares classes, and the model&apos;s output is no row of them</source>
        <translation>die Methode vergleicht Klassen, und die Ausgabe des Modells ist keine Zeile davon</translation>
    </message>
    <message>
        <source>the method works on the input itself</source>
        <translation>die Methode arbeitet auf der Eingabe selbst</translation>
    </message>
    <message>
        <source>the model has no ReLU, whose gradient the method changes</source>
        <translation>das Modell hat kein ReLU, dessen Gradienten die Methode ändert</translation>
    </message>
    <message>
        <source>the model has no layer of this name</source>
        <translation>das Modell hat keine Schicht dieses Namens</translation>
    </message>
    <message>
        <source>the model has {classes} classes</source>
        <translation>das Modell hat {classes} Klassen</translation>
    </message>
    <message>
        <source>the model no longer exists</source>
        <translation>das Modell gibt es nicht mehr</translation>
    </message>
    <message>
        <source>the model prepares 0–1 values itself (&apos;{path}&apos;)</source>
        <translation>das Modell bereitet Werte von 0–1 selbst auf („{path}“)</translation>
    </message>
    <message>
        <source>the model prepares 0–255 values itself (&apos;{path}&apos;)</source>
        <translation>das Modell bereitet Werte von 0–255 selbst auf („{path}“)</translation>
    </message>
    <message>
        <source>the model wants {channels} channels and a photo gives 1 or 3</source>
        <translation>das Modell will {channels} Kanäle, und ein Foto gibt 1 oder 3</translation>
    </message>
    <message>
        <source>the model {basename}</source>
        <translation>das Modell {basename}</translation>
    </message>
    <message>
        <source>the noise&apos;s standard deviation, as a share of the image&apos;s range of values.</source>
        <translation>die Standardabweichung des Rauschens, als Anteil am Wertebereich des Bildes.</translation>
    </message>
    <message>
        <source>the only output, upwards</source>
        <translation>die einzige Ausgabe, aufwärts</translation>
    </message>
    <message>
        <source>the open model</source>
        <translation>das offene Modell</translation>
    </message>
    <message>
        <source>the photo {basename}</source>
        <translation>das Foto {basename}</translation>
    </message>
    <message>
        <source>the picture reader</source>
        <translation>der Bildleser</translation>
    </message>
    <message>
        <source>the same wrapper stands twice</source>
        <translation>derselbe Wrapper steht zweimal da</translation>
    </message>
    <message>
        <source>the weights</source>
        <translation>die Gewichte</translation>
    </message>
    <message>
        <source>the window is for grey of more than 8 bits, and was not used</source>
        <translation>das Fenster ist für Grau von mehr als 8 Bit und wurde nicht benutzt</translation>
    </message>
    <message>
        <source>the {peak}th percentile of its absolute values</source>
        <translation>das {peak}. Perzentil seiner Beträge</translation>
    </message>
    <message>
        <source>the {peak}th percentile of its values</source>
        <translation>das {peak}. Perzentil seiner Werte</translation>
    </message>
    <message>
        <source>the {replace} could not be limited: {error}</source>
        <translation>{replace} konnte nicht begrenzt werden: {error}</translation>
    </message>
    <message>
        <source>there are no classes to explain</source>
        <translation>es gibt keine Klassen zu erklären</translation>
    </message>
    <message>
        <source>there are no layers to fuse</source>
        <translation>es gibt keine Schichten zu verschmelzen</translation>
    </message>
    <message>
        <source>there is no baseline &apos;{kind}&apos;</source>
        <translation>es gibt kein Ausgangsbild „{kind}“</translation>
    </message>
    <message>
        <source>there is no fit &apos;{fit}&apos;</source>
        <translation>es gibt keine Anpassung „{fit}“</translation>
    </message>
    <message>
        <source>there is no kernel &apos;{kernel}&apos;</source>
        <translation>es gibt keinen Kern „{kernel}“</translation>
    </message>
    <message>
        <source>there is no noise &apos;{noise}&apos;</source>
        <translation>es gibt kein Rauschen „{noise}“</translation>
    </message>
    <message>
        <source>there is no page {page}</source>
        <translation>es gibt keine Seite {page}</translation>
    </message>
    <message>
        <source>there is no such file</source>
        <translation>es gibt keine solche Datei</translation>
    </message>
    <message>
        <source>there is no {kind} of this name</source>
        <translation>nichts der Art {kind} heißt so</translation>
    </message>
    <message>
        <source>there is not enough memory</source>
        <translation>der Speicher reicht nicht</translation>
    </message>
    <message>
        <source>there is not enough memory to decode it</source>
        <translation>der Speicher reicht nicht, um es zu entpacken</translation>
    </message>
    <message>
        <source>there is not enough memory to explain a single image</source>
        <translation>der Speicher reicht nicht, um auch nur ein Bild zu erklären</translation>
    </message>
    <message>
        <source>this kernel has no Landlock</source>
        <translation>dieser Kernel hat kein Landlock</translation>
    </message>
    <message>
        <source>this kernel has no Landlock: files and network are open</source>
        <translation>dieser Kernel hat kein Landlock: Dateien und Netz sind offen</translation>
    </message>
    <message>
        <source>this layer was not called while the model ran</source>
        <translation>diese Schicht wurde nicht aufgerufen, während das Modell lief</translation>
    </message>
    <message>
        <source>this process</source>
        <translation>dieser Prozess</translation>
    </message>
    <message>
        <source>this system has no limits that a process can set itself</source>
        <translation>dieses System hat keine Grenzen, die ein Prozess sich selbst setzen kann</translation>
    </message>
    <message>
        <source>threads were running before: files and network are open</source>
        <translation>Threads liefen schon: Dateien und Netz sind offen</translation>
    </message>
    <message>
        <source>top class</source>
        <translation>oberste Klasse</translation>
    </message>
    <message>
        <source>turned upright (EXIF orientation {before})</source>
        <translation>aufrecht gedreht (EXIF-Ausrichtung {before})</translation>
    </message>
    <message>
        <source>unpack to more than {MAX_ASSETS} bytes</source>
        <translation>entpacken sich zu mehr als {MAX_ASSETS} Bytes</translation>
    </message>
    <message>
        <source>unpacks to {declared} bytes, more than {MAX_RATIO} times its size</source>
        <translation>entpackt sich zu {declared} Bytes, mehr als {MAX_RATIO}-mal so groß</translation>
    </message>
    <message>
        <source>unpacks to {file_size} bytes, more than {MAX_RATIO} times its size</source>
        <translation>entpackt sich zu {file_size} Bytes, mehr als {MAX_RATIO}-mal so groß</translation>
    </message>
    <message>
        <source>variables/variables.index: {name}</source>
        <translation>variables/variables.index: {name}</translation>
    </message>
    <message>
        <source>was busy for more than {limit} s</source>
        <translation>war länger als {limit} s beschäftigt</translation>
    </message>
    <message>
        <source>was ended by the system (is there enough memory?)</source>
        <translation>wurde vom System beendet (reicht der Speicher?)</translation>
    </message>
    <message>
        <source>was saved by a later version of the program (format {version}, this one reads {VERSION})</source>
        <translation>wurde von einer späteren Fassung des Programms gespeichert (Format {version}, diese liest {VERSION})</translation>
    </message>
    <message>
        <source>was written on a machine with another order of bytes</source>
        <translation>wurde auf einer Maschine mit anderer Bytefolge geschrieben</translation>
    </message>
    <message>
        <source>what covered places are set to; None: each channel&apos;s mean over the input.</source>
        <translation>worauf verdeckte Stellen gesetzt werden; None: das Mittel jedes Kanals über die Eingabe.</translation>
    </message>
    <message>
        <source>white</source>
        <translation>weiß</translation>
    </message>
    <message>
        <source>works on the input, which has no concepts</source>
        <translation>arbeitet auf der Eingabe, die keine Konzepte hat</translation>
    </message>
    <message>
        <source>works on the model&apos;s input, not on a layer</source>
        <translation>arbeitet auf der Eingabe des Modells, nicht auf einer Schicht</translation>
    </message>
    <message>
        <source>wrapper &apos;{name}&apos;</source>
        <translation>Wrapper „{name}“</translation>
    </message>
    <message>
        <source>written by {by}; repaired in memory to open it, the file is unchanged</source>
        <translation>von {by} geschrieben; zum Öffnen im Speicher repariert, die Datei ist unverändert</translation>
    </message>
    <message>
        <source>wrote the axis of {count} as a number</source>
        <translation>die Achse von {count} als Zahl geschrieben</translation>
    </message>
    <message>
        <source>wrote the dtype policy {names} by its name</source>
        <translation>die dtype-Regel {names} mit ihrem Namen geschrieben</translation>
    </message>
    <message>
        <source>{MAX_PARTS} parts</source>
        <translation>{MAX_PARTS} Teile</translation>
    </message>
    <message>
        <source>{MAX_SCANS} scans</source>
        <translation>{MAX_SCANS} Durchgänge</translation>
    </message>
    <message>
        <source>{MOST_NAMED} more</source>
        <translation>{MOST_NAMED} weitere</translation>
    </message>
    <message>
        <source>{before} (Landlock {landlock})</source>
        <translation>{before} (Landlock {landlock})</translation>
    </message>
    <message>
        <source>{before} (and {refusals} more)</source>
        <translation>{before} (und {refusals} weitere)</translation>
    </message>
    <message>
        <source>{before} (tokens read as {height}×{width} places{before2})</source>
        <translation>{before} (Token, gelesen als {height}×{width} Stellen{before2})</translation>
    </message>
    <message>
        <source>{before} before the head</source>
        <translation>{before} vor dem Kopf</translation>
    </message>
    <message>
        <source>{before} before {kind} &apos;{path}&apos;</source>
        <translation>{before} vor {kind} „{path}“</translation>
    </message>
    <message>
        <source>{before} to {classes}, as the model has {classes2} classes</source>
        <translation>{before} bis {classes}, da das Modell {classes2} Klassen hat</translation>
    </message>
    <message>
        <source>{before}, the most frequent</source>
        <translation>{before}, die häufigste</translation>
    </message>
    <message>
        <source>{before}, which</source>
        <translation>{before}, was</translation>
    </message>
    <message>
        <source>{before}, whose output is {dtypes}</source>
        <translation>{before}, deren Ausgabe {dtypes} ist</translation>
    </message>
    <message>
        <source>{before}, {prefix} token before them</source>
        <translation>{before}, {prefix} Token davor</translation>
    </message>
    <message>
        <source>{before}, {prefix} tokens before them</source>
        <translation>{before}, {prefix} Token davor</translation>
    </message>
    <message>
        <source>{before}; it stops between &apos;{last}&apos; and &apos;{path}&apos;</source>
        <translation>{before}; er endet zwischen „{last}“ und „{path}“</translation>
    </message>
    <message>
        <source>{before}; it stops in {operation} &apos;{path}&apos;{integers}</source>
        <translation>{before}; er endet in {operation} „{path}“{integers}</translation>
    </message>
    <message>
        <source>{bits}-bit grey: full range</source>
        <translation>{bits}-Bit-Grau: voller Bereich</translation>
    </message>
    <message>
        <source>{bits}-bit grey: the window given</source>
        <translation>{bits}-Bit-Grau: das angegebene Fenster</translation>
    </message>
    <message>
        <source>{cost}, each: {cost2}</source>
        <translation>{cost}, jeder: {cost2}</translation>
    </message>
    <message>
        <source>{count} channels are too few</source>
        <translation>{count} Kanäle sind zu wenige</translation>
    </message>
    <message>
        <source>{damage}; what could not be read is blank or wrong</source>
        <translation>{damage}; was nicht gelesen werden konnte, ist leer oder falsch</translation>
    </message>
    <message>
        <source>{label} over all {places}, none is predicted {share}</source>
        <translation>{label} über alle {places}, keines ist vorhergesagt {share}</translation>
    </message>
    <message>
        <source>{label} over the {places} {share}</source>
        <translation>{label} über die {places} {share}</translation>
    </message>
    <message>
        <source>{listed} (above {threshold})</source>
        <translation>{listed} (über {threshold})</translation>
    </message>
    <message>
        <source>{matches} classes have this name</source>
        <translation>{matches} Klassen haben diesen Namen</translation>
    </message>
    <message>
        <source>{matches} layers have this name</source>
        <translation>{matches} Schichten haben diesen Namen</translation>
    </message>
    <message>
        <source>{max_pixels} pixels are none</source>
        <translation>{max_pixels} Pixel sind keine</translation>
    </message>
    <message>
        <source>{name} (the top label, none above {threshold})</source>
        <translation>{name} (das oberste Merkmal, keines über {threshold})</translation>
    </message>
    <message>
        <source>{name} against {listed}</source>
        <translation>{name} gegen {listed}</translation>
    </message>
    <message>
        <source>{name} does not run: it ended again and again</source>
        <translation>{name} läuft nicht: er endete immer wieder</translation>
    </message>
    <message>
        <source>{name} failed and did not say why</source>
        <translation>{name} scheiterte und sagte nicht, woran</translation>
    </message>
    <message>
        <source>{name} sent an answer that makes no sense</source>
        <translation>{name} schickte eine Antwort, die keinen Sinn ergibt</translation>
    </message>
    <message>
        <source>{name} {given} does not fit</source>
        <translation>{name} {given} passt nicht</translation>
    </message>
    <message>
        <source>{n} class names for a model of {classes} output</source>
        <translation>{n} Klassennamen für ein Modell mit {classes} Ausgang</translation>
    </message>
    <message>
        <source>{n} class names for a model of {classes} outputs</source>
        <translation>{n} Klassennamen für ein Modell mit {classes} Ausgängen</translation>
    </message>
    <message>
        <source>{places} predicted as {label} {share}</source>
        <translation>{places} vorhergesagt als {label} {share}</translation>
    </message>
    <message>
        <source>{places} predicted as {label}, the most frequent {share}</source>
        <translation>{places} vorhergesagt als {label}, die häufigste {share}</translation>
    </message>
    <message>
        <source>{reason}; fused with {names}</source>
        <translation>{reason}; verschmolzen mit {names}</translation>
    </message>
    <message>
        <source>{remedy}. If you trust this very file, say so: --trust-model {sha256}</source>
        <translation>{remedy}. Wenn Sie genau dieser Datei vertrauen, sagen Sie es: --trust-model {sha256}</translation>
    </message>
    <message>
        <source>{repeats} samples are too few</source>
        <translation>{repeats} Stichproben sind zu wenige</translation>
    </message>
    <message>
        <source>{samples} samples with noise {noise} were asked for</source>
        <translation>{samples} Stichproben mit Rauschen {noise} wurden verlangt</translation>
    </message>
    <message>
        <source>{steps} steps were asked for</source>
        <translation>{steps} Schritte wurden verlangt</translation>
    </message>
    <message>
        <source>{strerror}: files and network are open</source>
        <translation>{strerror}: Dateien und Netz sind offen</translation>
    </message>
    <message>
        <source>{title} has {argument}=&apos;{value}&apos;, which Keras 3 does not know</source>
        <translation>{title} hat {argument}=„{value}“, das Keras 3 nicht kennt</translation>
    </message>
    <message>
        <source>{title} has {found}={value}, which Keras 3 does not know</source>
        <translation>{title} hat {found}={value}, das Keras 3 nicht kennt</translation>
    </message>
    <message>
        <source>{title} is of a class that Keras 3 does not have</source>
        <translation>{title} ist von einer Klasse, die es in Keras 3 nicht gibt</translation>
    </message>
    <message>
        <source>{what}, {low} to {high}, reduced to 0 to 255</source>
        <translation>{what}, {low} bis {high}, verringert auf 0 bis 255</translation>
    </message>
    <message>
        <source>{what}, {low} to {high}, reduced to 255 to 0</source>
        <translation>{what}, {low} bis {high}, verringert auf 255 bis 0</translation>
    </message>
    <message>
        <source>{what}; the output has shape {tuple}</source>
        <translation>{what}; die Ausgabe hat die Form {tuple}</translation>
    </message>
    <message>
        <source>{what}; {rank} better candidate</source>
        <translation>{what}; {rank} besserer Vorschlag</translation>
    </message>
    <message>
        <source>{what}; {rank} better candidates</source>
        <translation>{what}; {rank} bessere Vorschläge</translation>
    </message>
    <message>
        <source>{window} to {window2} is no window</source>
        <translation>{window} bis {window2} ist kein Fenster</translation>
    </message>
    <message>
        <source>γ, how much the similar classes count.</source>
        <translation>γ: wie viel die ähnlichen Klassen zählen.</translation>
    </message>
    <message>
        <source>γ; by default 1 / channels.</source>
        <translation>γ; sonst 1 / Kanäle.</translation>
    </message>
    <message>
        <source>θ: of each group&apos;s map only what is above this quantile is kept.</source>
        <translation>θ: von der Karte jeder Gruppe bleibt nur, was über diesem Quantil liegt.</translation>
    </message>
    <message>
        <source>σ as a share of the image&apos;s range; the paper advises 0.1 to 0.2.</source>
        <translation>σ als Anteil am Wertebereich des Bildes; der Artikel rät zu 0,1 bis 0,2.</translation>
    </message>
    <message>
        <source>σ of the Gaussian, as a share of the input&apos;s extent, cut off at σ/2: as the authors&apos;, 51 pixels wide with a σ of 50 in an image of 224.</source>
        <translation>σ der Gaußglocke, als Anteil an der Ausdehnung der Eingabe, bei σ/2 abgeschnitten: wie bei den Autoren 51 Pixel breit bei einem σ von 50 in einem Bild von 224.</translation>
    </message>
</context>
</TS>
