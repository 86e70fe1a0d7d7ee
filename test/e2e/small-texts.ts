/** Texts of the graph that are drawn with less than 12 px. A single function because it is sent to the page as text. */
export function smallTexts(): string[] {
  const found: string[] = []
  for (const sheet of document.querySelectorAll('.graph-canvas .vue-flow__transformationpane')) {
    const zoom = new DOMMatrix(getComputedStyle(sheet).transform).m22
    const walker = document.createTreeWalker(sheet, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement!
      if (!node.textContent!.trim() || parent.closest('.visually-hidden') || !parent.checkVisibility()) continue
      const px = Number.parseFloat(getComputedStyle(parent).fontSize) * zoom
      if (px < 11.99) found.push(`${node.textContent} at ${px.toFixed(1)} px`)
    }
  }
  return found
}
