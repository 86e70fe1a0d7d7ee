import { blockDefinition } from '@core'
import { useI18n } from 'vue-i18n'

/** Names a kind of layer or loss in the user's language; a kind without a text has its own title. */
export function useBlockName() {
  const { t, te } = useI18n()
  return (kind: string): string => te(`terms.layer.${kind}`) ? t(`terms.layer.${kind}`) : blockDefinition(kind).title
}
