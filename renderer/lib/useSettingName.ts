import { useI18n } from 'vue-i18n'

/** Names a setting of a layer or a rate of an optimizer in the user's language; one without a text has its own name. */
export function useSettingName() {
  const { t, te } = useI18n()
  return (name: string): string => te(`terms.setting.${name}`) ? t(`terms.setting.${name}`) : name
}
