import { sampleWeightsFile } from '@contract'
import { useI18n } from 'vue-i18n'

/** What the window calls a weights file: the sample as in the list of Files, and others by their names. */
export function useFileName() {
  const { t } = useI18n()
  return (name: string): string => name === sampleWeightsFile ? t('files.kind.sample') : name
}
