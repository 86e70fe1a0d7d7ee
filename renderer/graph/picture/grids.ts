import { colourScale } from '../../components/charts/colour-scale'
import { scaleEnd } from '../../components/charts/heat-map'
import type { Point } from '../layout/geometry'
import { gridOf, maxPool, rowTop, sheetsOf } from '../layout/grid'
import type { DisplayedValue } from '../layout/display-state'
import { cellText, maxMagnitude } from '../layout/number-text'
import type { PictureContext } from './context'
import { element, writing } from './svg'

/** More cells per side would enlarge the file without visible detail */
const mostCells = 32
export const hiddenHeight = 24
const hiddenSize = { width: 56, height: hiddenHeight }

/** Draws a tensor at its upper left corner. @param colour of its digits and its frame */
export function gridPicture({ palette, texts, theme }: PictureContext, shown: DisplayedValue, shape: readonly number[], at: Point, colour: { digits: string, line: string, soft: string }): string {
  if (shown === null) return ''
  const plan = gridOf(shape)
  const { mode, rows, columns, cellWidth, cellHeight, width, height } = plan
  const outline = { 'rx': 3, 'stroke': colour.line, 'stroke-width': 1.25 }
  if (shown === 'hidden') { // a hidden value reveals nothing, not even its shape
    const x = at.x + width / 2
    return element('rect', { x: x - hiddenSize.width / 2, y: at.y, ...hiddenSize, fill: colour.soft, ...outline }) + writing('?', { x, y: at.y + hiddenSize.height / 2, fill: colour.digits, size: 14, weight: 700 })
  }
  const frame = (fill: string) => element('rect', { ...at, width, height, fill, ...outline })
  const place = (cell: number) => ({ x: at.x + cell % columns * cellWidth, y: at.y + rowTop(plan, Math.floor(cell / columns)) })
  if (mode === 'numbers') {
    const rules = shown.data.map((_, cell) => element('rect', { ...place(cell), width: cellWidth, height: cellHeight, fill: 'none', stroke: palette.rule, 'stroke-width': 0.75 }))
    const digits = shown.data.map((number, cell) => {
      const text = cellText(number, texts.numbers)
      const { x, y } = place(cell)
      return writing(text, { x: x + cellWidth / 2, y: y + cellHeight / 2, fill: colour.digits, size: 14 })
    })
    const sheets = sheetsOf(plan).map(({ top, height }) => ({ x: at.x, y: at.y + top, width, height }))
    return sheets.map(sheet => element('rect', { ...sheet, rx: 3, fill: palette.background })).join('') + rules.join('') + digits.join('')
      + sheets.map(sheet => element('rect', { ...sheet, fill: 'none', ...outline })).join('')
  }
  const scale = colourScale(theme)
  const end = scaleEnd(maxMagnitude(shown.data))
  const sheet = maxPool(shown.data, rows, columns, mostCells)
  const [across, down] = [width / sheet.columns, height / sheet.rows]
  const cells = sheet.data.map((d, cell) => element('rect', {
    x: at.x + cell % sheet.columns * across, y: at.y + Math.floor(cell / sheet.columns) * down, width: across, height: down, fill: hex(scale.word(d, end)),
  }))
  return cells.join('') + frame('none')
}

const hex = (word: number) => `#${[word & 255, word >> 8 & 255, word >> 16 & 255].map(part => part.toString(16).padStart(2, '0')).join('')}`
