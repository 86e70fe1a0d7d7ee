import { useI18n } from 'vue-i18n'
import { numberOf } from '../../lib/block-parts'
import { useBlockName } from '../../lib/useBlockName'
import { useParameterName } from '../../lib/useParameterName'
import { kindOf } from './listings'

/** Names the places where a bug can be, and parameters: 'Affine 2', 'Trainer'; 'W1'. */
export function usePlaceName() {
  const { t } = useI18n()
  const nameOf = useBlockName()
  const parameterName = useParameterName()
  const placeName = (place: string): string => place === 'step' ? t('bugs.trainer') : `${nameOf(kindOf(place))} ${numberOf({ name: place })}`.trim()
  const paramNames = (paths: readonly string[]): string => paths.map(parameterName).join(', ')
  return { placeName, paramNames }
}
