import type { LaneQuantity } from '@contract'
import { layerNumber } from '@core'
import { useI18n } from 'vue-i18n'
import { cellText, letterOf, partIn } from '../../lib/block-parts'
import { useBlockName } from '../../lib/useBlockName'
import { useNumbers } from '../../lib/useNumbers'
import type { AskSubject } from '../../stores/asking'
import { useRun } from '../../stores/run'

/** Names what is asked about, or drawn over the whole run. */
export function useSubjectName() {
  const { t } = useI18n()
  const run = useRun()
  const numbers = useNumbers()
  const kindName = useBlockName()
  /** 'affine1' → Affine 1 */
  const blockName = (name: string): string => {
    const kind = run.state?.blocks.find(block => block.name === name)?.kind
    return kind === undefined ? name : `${kindName(kind)} ${layerNumber(name) || ''}`.trim()
  }
  const tensorName = (path: string): string => t('past.ask.tensor', { name: letterOf(partIn(path)), block: blockName(path.slice(0, path.indexOf('.'))) })
  const cellName = (path: string, row: number, column: number): string => t('past.ask.tensor', { name: cellText(partIn(path), { row, column }), block: blockName(path.slice(0, path.indexOf('.'))) })
  const className = (index: number): string => run.state?.dataset.classes[index] ?? String(index)

  function nameOf(subject: AskSubject): string {
    switch (subject.of) {
      case 'tensor': return tensorName(subject.path)
      case 'cell': return cellName(subject.path, subject.row, subject.column)
      case 'unit': return t('past.ask.unit', { unit: numbers.value.count(subject.unit), block: blockName(subject.layer) })
      case 'accuracy': return t(subject.class === undefined ? 'past.ask.accuracy' : 'past.ask.accuracyOf', { split: t(`past.ask.split.${subject.split}`), class: subject.class === undefined ? '' : className(subject.class) })
      case 'loss': return t('past.ask.loss')
      case 'image': return t('pixels' in subject.image ? 'past.ask.drawing' : 'past.ask.image')
    }
  }
  const laneName = (quantity: LaneQuantity): string => quantity.of === 'cell' ? cellName(quantity.path, quantity.row, quantity.column) : t('past.ask.of', { what: t(`past.ask.what.${quantity.figure}`), subject: tensorName(quantity.path) })

  return { nameOf, laneName, blockName, className }
}
