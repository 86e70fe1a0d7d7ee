import { escaped } from '../../lib/svg-text'
import { layChain } from './chain-layout'
import { decadeText, decadesOf, type LogScale, placeOn } from './log-scale'
import { type GradientNorm, marksOf, stairArea, stairPath, stepsOf } from './stairs'

const [width, tall, top] = [840, 212, 44] as const
/** Height below the staircase for names on two lines, or for slanted ones where blocks are narrow */
const [level, slanted] = [64, 200] as const

/** What the picture is drawn with. */
export interface PictureStyle {
  /** Value of a token: '--backward-line' */
  readonly colour: (token: string) => string
  readonly family: string
  readonly number: (value: number) => string
  readonly plain: (value: number) => string
}

/** The staircase with its names and numbers as an SVG file. @param title said above it, with the step */
export function stairsPicture(norms: readonly GradientNorm[], scale: LogScale, title: string, { colour, family, number, plain }: PictureStyle): string {
  const { input, blocks } = layChain(width - 24, norms.map(({ weights }) => weights ? 'weights' : 'other'))
  const [left, right] = [input.from + input.width, (blocks.at(-1)?.from ?? 0) + (blocks.at(-1)?.width ?? 0)]
  const narrow = blocks.some(({ width }) => width < 110)
  const height = top + tall + (narrow ? slanted : level)
  const text = (x: number, y: number, content: string, more = '') => `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${escaped(content)}</text>`
  const muted = `fill="${colour('--text-muted')}"`
  const line = colour('--backward-line')
  const steps = stepsOf(norms, blocks, scale, tall)
  const lanes = [...scale.zero ? [{ y: placeOn(scale, 0, tall), label: '0' }] : [], ...scale.beyond ? [{ y: placeOn(scale, NaN, tall), label: '∞' }] : []]
  const axis = decadesOf(scale, tall).map(({ exponent, y, labelled }) =>
    `<line x1="${left}" x2="${right}" y1="${y.toFixed(1)}" y2="${y.toFixed(1)}" stroke="${colour('--border')}"/>${labelled ? text(left - 6, y + 4, decadeText({ plain }, exponent), `text-anchor="end" ${muted}`) : ''}`)
  const names = norms.flatMap(({ title, letter, norm }, i) => {
    const x = blocks[i]!.from + blocks[i]!.width / 2
    const said = [title, norm === null ? '' : `‖${letter}‖ ${number(norm)}`]
    const y = tall + 18
    return narrow ? [text(x, y, said.join('  '), `text-anchor="end" transform="rotate(-60 ${x.toFixed(1)} ${y})"`)] : [text(x, y, said[0]!, 'text-anchor="middle" font-weight="650"'), text(x, y + 18, said[1]!, `text-anchor="middle" fill="${colour('--backward')}"`)]
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escaped(family.replaceAll('"', '\''))}" font-size="12" fill="${colour('--text')}">`
    + `<rect width="100%" height="100%" fill="${colour('--surface')}"/>${text(12, 24, title, 'font-size="14" font-weight="650"')}`
    + `<g transform="translate(12 ${top})">${axis.join('')}${lanes.map(({ y, label }) => text(left - 6, y + 4, label, `text-anchor="end" ${muted}`)).join('')}`
    + `<path d="${stairArea(steps, tall)}" fill="${line}" fill-opacity="0.14"/><path d="${stairPath(steps)}" fill="none" stroke="${line}" stroke-width="1.5"/>`
    + steps.filter(({ norm }) => Number.isFinite(norm)).map(({ x, y, width }) => `<line x1="${x.toFixed(1)}" x2="${(x + width).toFixed(1)}" y1="${y.toFixed(1)}" y2="${y.toFixed(1)}" stroke="${line}" stroke-width="4"/>`).join('')
    + marksOf(norms, blocks, scale, tall).filter(({ norm }) => Number.isFinite(norm)).map(({ x, y, width }) => `<circle cx="${(x + width / 2).toFixed(1)}" cy="${y.toFixed(1)}" r="3" fill="${colour('--surface')}" stroke="${line}" stroke-width="1.5"/>`).join('')
    + `${names.join('')}</g></svg>`
}
