import type { XrayAddress } from '@core'
import { cellText, numberOf } from '../../lib/block-parts'
import { usualDigits } from '../../lib/true-digits'
import { useBlockName } from '../../lib/useBlockName'
import { useNumbers } from '../../lib/useNumbers'
import { useMoment } from '../../stores/moment'

/** The names of what the X-ray shows, and its numbers. */
export function useXrayNames() {
  const moment = useMoment()
  const numbers = useNumbers()
  const nameOf = useBlockName()
  /** 'Affine 1' */
  const blockName = (name: string): string => {
    const block = moment.state?.blocks.find(block => block.name === name)
    return block ? `${nameOf(block.kind)} ${numberOf(block)}`.trim() : name
  }
  const cellName = (cell: Omit<XrayAddress, 'block'>): string => cellText(cell.part, cell)
  /** Three significant digits, with NaN and ∞ by their names */
  const short = (value: number): string => Number.isNaN(value) ? 'NaN' : Number.isFinite(value) ? numbers.value.short(value) : value > 0 ? '∞' : '−∞'
  /** Seven digits, as many as float32 has */
  const long = (value: number): string => numbers.value.digits(value, usualDigits)
  return { blockName, cellName, short, long }
}
