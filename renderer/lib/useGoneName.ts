import type { RunParent } from '@core'
import { useI18n } from 'vue-i18n'
import { momentText } from './file-facts'
import { locale } from './i18n'

/** Names a run that is no longer here; empty where nothing is known of it. */
export function useGoneName(): (parent: Pick<RunParent, 'name' | 'created'>, /** Of its fork, and so its own */ network: string) => string {
  const { t } = useI18n()
  return ({ name, created }, network) => name || (created === undefined ? '' : t('runs.unnamed', { network, time: momentText(created, locale.value) }))
}
