import { ownWeightsFiles } from '@contract'
import { useI18n } from 'vue-i18n'

/** What the window calls a weights file: the lab's own files by their kind, as in the list of Files, and others by their names. */
export function useFileName() {
  const { t } = useI18n()
  return (name: string): string => {
    const kind = Object.hasOwn(ownWeightsFiles, name) ? ownWeightsFiles[name] : undefined
    return kind ? t(`files.kind.${kind}`) : name
  }
}
