import { useI18n } from 'vue-i18n'
import type { FieldName } from './config-form'
import { type Recipe, useRecipe } from './useConfigForm'

/** The text beside a field whose typed value is not in use yet: it names the value in use. */
export function useMarks({ pending }: Pick<Recipe, 'pending'> = useRecipe()) {
  const { t } = useI18n()
  /** @param nameOf the value as the field shows it */
  return (field: FieldName, nameOf = (value: string): string => value): string | undefined => {
    const { [field]: working } = pending.value
    return working === undefined ? undefined : t('train.config.notAtWork', { value: working === '' ? '–' : nameOf(working) })
  }
}
