import { escaped, svgTextOf } from '../../lib/svg-text'

/** A picture in a saved figure, in pixels of the figure. */
export interface FigureImage { readonly x: number, readonly y: number, readonly width: number, readonly height: number, readonly canvas: HTMLCanvasElement }

const [margin, top, titleSize] = [12, 40, 15] as const

/** A drawing of the window with its pictures as a file of its own: below its title, in the colours of the window. */
export function figureSvg(svg: SVGSVGElement, { title, summary, images }: { readonly title: string, readonly summary: string, readonly images: readonly FigureImage[] }): string {
  const style = getComputedStyle(document.documentElement)
  const [width, height] = [svg, svg].map((element, i) => Number(element.getAttribute(i === 0 ? 'width' : 'height'))) as [number, number]
  const pictures = images.map(({ canvas, ...place }) => `<image ${Object.entries(place).map(([name, value]) => `${name}="${value}"`).join(' ')} preserveAspectRatio="none" image-rendering="pixelated" href="${canvas.toDataURL()}"/>`).join('')
  const context = document.createElement('canvas').getContext('2d')
  const family = getComputedStyle(document.body).fontFamily
  if (context) context.font = `650 ${titleSize}px ${family}`
  const wide = Math.ceil(Math.max(width, context?.measureText(title).width ?? 0)) + 2 * margin
  // its own background would cover the pictures
  const drawing = svgTextOf(svg).replace(/<rect width="100%"[^>]*>(?:<\/rect>)?/, '')
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${height + top + margin}" font-family="${escaped(family.replaceAll('"', '\''))}">`
    + `<title>${escaped(title)}</title><desc>${escaped(summary)}</desc><rect width="100%" height="100%" fill="${style.getPropertyValue('--surface').trim()}"/>`
    + `<text x="${margin}" y="24" font-size="${titleSize}" font-weight="650" fill="${style.getPropertyValue('--text').trim()}">${escaped(title)}</text>`
    + `<g transform="translate(${margin} ${top})">${pictures}${drawing}</g></svg>`
}
