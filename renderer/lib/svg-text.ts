/** A text for the content or an attribute of an element. */
export const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** Styles that a drawing takes from the window's style sheets. */
const drawn = ['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linecap', 'stroke-linejoin', 'opacity', 'font-family', 'font-size', 'font-style', 'font-weight', 'text-anchor', 'paint-order'] as const
/** What only a pointer or a keyboard needs */
const interactive = ['class', 'role', 'tabindex', 'style'] as const

/**
 * An SVG element of the window as a file: its styles become attributes, and elements with the class `control` are left out.
 * @param svg drawn in CSS pixels, in the document
 */
export function svgTextOf(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement
  const [originals, copies] = [svg, copy].map(root => [root, ...root.querySelectorAll('*')]) as [Element[], Element[]]
  originals.forEach((original, i) => {
    const style = getComputedStyle(original)
    const element = copies[i]!
    for (const name of drawn) if (style.getPropertyValue(name)) element.setAttribute(name, style.getPropertyValue(name))
  })
  copy.querySelectorAll('.control').forEach(element => element.remove())
  for (const element of copies) {
    for (const name of interactive) element.removeAttribute(name)
    for (const { name } of [...element.attributes]) if (name.startsWith('aria-') || name.startsWith('data-')) element.removeAttribute(name)
  }
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  const background = document.createElementNS('http://www.w3.org/2000/svg', 'rect')
  for (const [name, value] of Object.entries({ width: '100%', height: '100%', fill: getComputedStyle(document.documentElement).getPropertyValue('--surface') })) background.setAttribute(name, value)
  copy.prepend(background)
  return new XMLSerializer().serializeToString(copy)
}
