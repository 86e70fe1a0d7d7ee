import { svgTextOf } from '../../lib/svg-text'

/** A picture in a saved figure, in pixels of the figure. */
export interface FigureImage { readonly x: number, readonly y: number, readonly width: number, readonly height: number, readonly canvas: HTMLCanvasElement }

const [margin, titleHeight, noteHeight] = [12, 24, 18] as const

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** A drawing of the window with its pictures as a file of its own: below its title, in the colours of the window. */
export function figureSvg(svg: SVGSVGElement, { title, summary, images }: { readonly title: string, readonly summary: string, readonly images: readonly FigureImage[] }): string {
  const style = getComputedStyle(document.documentElement)
  const [width, height] = [svg, svg].map((element, i) => Number(element.getAttribute(i === 0 ? 'width' : 'height'))) as [number, number]
  const pictures = images.map(({ canvas, ...place }) => `<image ${Object.entries(place).map(([name, value]) => `${name}="${value}"`).join(' ')} preserveAspectRatio="none" image-rendering="pixelated" href="${canvas.toDataURL()}"/>`).join('')
  const top = titleHeight + noteHeight
  // its own background would cover the pictures
  const drawing = svgTextOf(svg).replace(/<rect width="100%"[^>]*>(?:<\/rect>)?/, '')
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width + 2 * margin}" height="${height + top + margin}" font-family="${escaped(getComputedStyle(document.body).fontFamily.replaceAll('"', '\''))}">`
    + `<title>${escaped(title)}</title><desc>${escaped(summary)}</desc><rect width="100%" height="100%" fill="${style.getPropertyValue('--surface').trim()}"/>`
    + `<text x="${margin}" y="22" font-size="16" font-weight="650" fill="${style.getPropertyValue('--text').trim()}">${escaped(title)}</text>`
    + `<g transform="translate(${margin} ${top})">${pictures}${drawing}</g></svg>`
}
