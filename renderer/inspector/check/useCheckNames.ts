import type { WeightPlace } from '@core'
import { useBlockName } from '../../lib/useBlockName'
import { useNumbers } from '../../lib/useNumbers'
import { useParameterName } from '../../lib/useParameterName'

/** How weights, layers and h are named in the Check tab. */
export function useCheckNames() {
  const parameterName = useParameterName()
  const blockName = useBlockName()
  const numbers = useNumbers()
  /** W1[300, 7], or b1[7] */
  const weightName = ({ path, row, column }: WeightPlace, isVector: boolean) => `${parameterName(path)}[${isVector ? column : `${row}, ${column}`}]`
  /** 'relu1' → ReLU 1 */
  const layerName = (name: string) => name.replace(/^(\D+)(\d+)$/, (_, kind: string, n: string) => `${blockName(kind)} ${n}`)
  /** In the notation of programs: 1e−4, 3.16e−5 */
  const hText = (h: number) => h.toExponential().replace('-', '−')
  const digits = (value: number, count: number) => numbers.value.digits(value, count)
  /** A difference: 0 is said as such. */
  const errorText = (value: number) => value === 0 ? '0' : numbers.value.short(value)
  return { parameterName, weightName, layerName, hText, digits, errorText }
}
