/** Texts that an element with hidden overflow cuts off. A single function because it is sent to the page as text. */
export function cutTexts(): string[] {
  const cut = new Set<string>()
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement!
    // the sheet of a graph can be moved; what is hidden from the eye is for screen readers
    if (!node.textContent!.trim() || parent.closest('.visually-hidden, .katex-mathml, .mirror, .graph-canvas, option, script, style') || !parent.checkVisibility()) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    const box = range.getBoundingClientRect()
    const scrolled = { x: false, y: false }
    for (let edge: Element | null = parent; edge && edge !== document.body; edge = edge.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(edge)
      scrolled.x ||= overflowX === 'auto' || overflowX === 'scroll'
      scrolled.y ||= overflowY === 'auto' || overflowY === 'scroll'
      const { left, right, top, bottom } = edge.getBoundingClientRect()
      const across = !scrolled.x && overflowX !== 'visible' && (box.left < left - 1.5 || box.right > right + 1.5)
      const down = !scrolled.y && overflowY !== 'visible' && (box.top < top - 4 || box.bottom > bottom + 4)
      const button = edge.matches('button') && edge.scrollWidth > edge.clientWidth + 1
      const framed = edge.matches('.block') && (box.left < left - 1.5 || box.right > right + 1.5) // a frame cuts nothing off, and its text may still stick out
      if (across || down || button || framed) cut.add(`${node.textContent!.trim().slice(0, 60)} (${edge.className || edge.tagName})`)
    }
  }
  return [...cut]
}

/** Texts for screen readers that do not scroll with their place: they lengthen the page around it. */
export function strayTexts(): string[] {
  return [...document.querySelectorAll<HTMLElement>('.visually-hidden')].flatMap((text) => {
    if (!text.offsetParent) return []
    for (let edge = text.parentElement; edge && edge !== text.offsetParent; edge = edge.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(edge)
      if ([overflowX, overflowY].some(overflow => overflow === 'auto' || overflow === 'scroll')) return [`${text.textContent!.trim().slice(0, 40)} (${edge.className || edge.tagName})`]
    }
    return []
  })
}
