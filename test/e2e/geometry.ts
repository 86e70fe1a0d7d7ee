/** Machine-detectable layout faults of a screen, in CSS pixels: each list is empty on a sound screen. */
export interface Findings {
  /** Texts that overlap each other */
  readonly overlaps: string[]
  /** Controls covered by something else, and panels that overlap */
  readonly covered: string[]
  /** Controls that cannot be scrolled into view */
  readonly outside: string[]
  /** Numbers that are partly clipped */
  readonly cut: string[]
  /** Texts in a size other than 12, 14 or 20 px; formulas have their own sizes */
  readonly type: string[]
}

/**
 * Examines everything visible within the page (page.evaluate): scrolls to each control and back.
 * It is a single function because it is sent to the page as text.
 */
export function look(): Findings {
  interface Box { readonly left: number, readonly top: number, readonly right: number, readonly bottom: number }
  const meet = (a: Box, b: Box): Box => ({ left: Math.max(a.left, b.left), top: Math.max(a.top, b.top), right: Math.min(a.right, b.right), bottom: Math.min(a.bottom, b.bottom) })
  const width = ({ left, right }: Box): number => Math.max(0, right - left)
  const height = ({ top, bottom }: Box): number => Math.max(0, bottom - top)
  const screen: Box = { left: 0, top: 0, right: innerWidth, bottom: innerHeight }
  const scrolls = (value: string): boolean => value === 'auto' || value === 'scroll'
  const dialog = document.querySelector('dialog[open]')

  /** The part of a box that its ancestors do not clip; with `onlyHard`, clipping by scroll containers is ignored. */
  function clipped(box: Box, from: Element | null, onlyHard: boolean): Box {
    let left = box
    let fixed = false
    const free = { x: false, y: false } // once scrolled into view, an element is not clipped by containers further out
    for (let node = from; node && node !== document.documentElement && !fixed; node = node.parentElement) {
      const style = getComputedStyle(node)
      fixed = style.position === 'fixed' || node.matches('dialog, [popover]')
      if (style.overflowX === 'visible' && style.overflowY === 'visible' && !style.contain.includes('paint')) continue
      const edge = node.getBoundingClientRect()
      free.x ||= onlyHard && scrolls(style.overflowX)
      free.y ||= onlyHard && scrolls(style.overflowY)
      left = meet(left, {
        left: free.x ? -Infinity : edge.left, right: free.x ? Infinity : edge.right,
        top: free.y ? -Infinity : edge.top, bottom: free.y ? Infinity : edge.bottom,
      })
    }
    return onlyHard ? left : meet(left, screen)
  }
  function unseen(node: Element): boolean {
    if (!node.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return true
    if (dialog && !dialog.contains(node)) return true
    return node.closest('.visually-hidden, .drop > .target, .mirror') !== null
  }

  interface Text { readonly node: Node, readonly said: string, readonly box: Box, readonly canvas: Element | null }
  const texts: Text[] = []
  const cut: string[] = []
  const type: string[] = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement!
    const said = node.textContent!.trim()
    if (!said || parent.closest('script, style, option, textarea, .katex-mathml') || unseen(parent)) continue
    const size = getComputedStyle(parent).fontSize
    if (!['12px', '14px', '20px'].includes(size) && !parent.closest('.katex')) type.push(`${size}: ${said.slice(0, 40)}`)
    const range = document.createRange()
    range.selectNodeContents(node)
    for (const box of range.getClientRects()) {
      if (width(box) < 1 || height(box) < 1) continue
      const canvas = parent.closest('.graph-canvas')
      const seen = clipped(box, parent, false)
      const kept = clipped(box, parent, true)
      // Content beyond the edge of a movable sheet can be reached by moving the sheet.
      if (/\d/.test(said) && !canvas && (width(kept) < width(box) - 1.5 || height(kept) < height(box) * 0.75)) cut.push(`${said} (${parent.className || parent.tagName})`)
      // A line box is taller than its letters.
      if (width(seen) > 2 && height(seen) > 4) texts.push({ node, said, canvas, box: { ...seen, top: seen.top + height(seen) * 0.2, bottom: seen.bottom - height(seen) * 0.2 } })
    }
  }
  for (const field of document.querySelectorAll<HTMLInputElement>('input[type="text"], input[type="number"]'))
    if (!unseen(field) && /\d/.test(field.value) && document.activeElement !== field && field.scrollWidth > field.clientWidth + 1) cut.push(`${field.value} in a field of ${field.clientWidth}`)

  const overlaps: string[] = []
  for (const [i, a] of texts.entries()) {
    for (const b of texts.slice(i + 1)) {
      if (a.node === b.node || (a.node.parentElement?.closest('.katex') ?? 1) === b.node.parentElement?.closest('.katex')) continue
      const both = meet(a.box, b.box)
      if (width(both) <= 2 || height(both) <= 2) continue
      // An opaque element between them, such as a sticky table heading, hides one of the two.
      const pile = document.elementsFromPoint((both.left + both.right) / 2, (both.top + both.bottom) / 2)
      const [topA, topB] = [a, b].map(({ node }) => pile.findIndex(element => element === node.parentElement))
      const between = pile.slice(Math.min(topA!, topB!), Math.max(topA!, topB!)).some(element => getComputedStyle(element).backgroundColor.startsWith('rgb('))
      if (topA! >= 0 && topB! >= 0 && between) continue
      overlaps.push(`${a.said.slice(0, 40)} × ${b.said.slice(0, 40)}`)
    }
  }

  const covered: string[] = []
  const outside: string[] = []
  const nameOf = (node: Element): string => `${node.tagName.toLowerCase()}.${node.getAttribute('class') ?? ''} ${node.getAttribute('aria-label') ?? node.textContent.trim().slice(0, 30)}`.trim()
  const scrolled = new Map<Element, [number, number]>()
  const remember = (): void => { for (const [node, [left, top]] of scrolled) node.scrollTo({ left, top, behavior: 'instant' }) }
  for (const control of document.querySelectorAll<HTMLElement>('button, input, select, textarea, a[href], [tabindex="0"]')) {
    const target = control.classList.contains('visually-hidden') ? control.closest('label') : control
    if (!target || unseen(target) || control.closest('.vue-flow__node')) continue
    for (let node = target.parentElement; node; node = node.parentElement) if (!scrolled.has(node)) scrolled.set(node, [node.scrollLeft, node.scrollTop])
    target.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' })
    const box = target.getBoundingClientRect()
    const seen = clipped(box, target.parentElement, false)
    const hard = [...scrolled].some(([node, [left, top]]) => {
      const { overflowX, overflowY } = getComputedStyle(node)
      return (node.scrollLeft !== left && !scrolls(overflowX)) || (node.scrollTop !== top && !scrolls(overflowY))
    })
    // An element larger than the window cannot be completely in view.
    if (hard || width(seen) < Math.min(width(box), innerWidth * 0.35) - 2 || height(seen) < Math.min(height(box), innerHeight * 0.25) - 2) outside.push(nameOf(target))
    else {
      const points = [[0.5, 0.5], [0.2, 0.5], [0.8, 0.5]].map(([x, y]) => [seen.left + width(seen) * x!, seen.top + height(seen) * y!] as const)
      const top = points.map(([x, y]) => document.elementFromPoint(x, y)).find(top => top && !target.contains(top) && !top.contains(target) && !top.closest('label')?.contains(target))
      if (top) covered.push(`${nameOf(target)} by ${nameOf(top)}`)
    }
    remember()
  }

  const panels = [...document.querySelectorAll('.panel, .graph-canvas, .transport, .panels, .plot, aside')].filter(node => !unseen(node))
  for (const [i, a] of panels.entries()) {
    for (const b of panels.slice(i + 1)) {
      if (a.contains(b) || b.contains(a)) continue
      const both = meet(clipped(a.getBoundingClientRect(), a.parentElement, false), clipped(b.getBoundingClientRect(), b.parentElement, false))
      if (width(both) > 2 && height(both) > 2) covered.push(`${nameOf(a).slice(0, 60)} and ${nameOf(b).slice(0, 60)}`)
    }
  }
  if (document.documentElement.scrollWidth > innerWidth || document.documentElement.scrollHeight > innerHeight) outside.push('the page itself')
  const once = (list: string[]): string[] => [...new Set(list)]
  return { overlaps: once(overlaps), covered: once(covered), outside: once(outside), cut: once(cut), type: once(type) }
}
