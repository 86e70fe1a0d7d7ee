import { useI18n } from 'vue-i18n'
import { useBlockName } from '../lib/useBlockName'
import { useSettingName } from '../lib/useSettingName'
import type { FieldName } from './config-form'
import { type Recipe, useRecipe } from './useConfigForm'

/** Names a field of the form as its label does, and a layer's number with its layer. */
export function useFieldName({ form }: Pick<Recipe, 'form'> = useRecipe()) {
  const { t } = useI18n()
  const blockName = useBlockName()
  const settingName = useSettingName()
  return (field: FieldName): string => {
    const [place, key = '', setting] = field.split('.')
    if (place === 'rate') return settingName(key)
    if (place === 'dataset') return t('train.dataset.label')
    if (place === 'layers' || place === 'layersText') return t('train.layers.title')
    if (place !== 'layer') return t(`train.config.${place}`)
    const at = form.layers.findIndex(({ id }) => id === Number(key))
    const layer = blockName(form.layers[at]?.kind ?? '')
    return setting === undefined ? t('train.layers.nth', { n: at + 1, layer }) : t('train.layers.setting', { n: at + 1, layer, setting: settingName(setting) })
  }
}
