import { useI18n } from 'vue-i18n'
import { useNumbers } from '../../lib/useNumbers'
import type { BrowsedImage } from './useBrowsedImages'

/** What an image of a dataset is called. @param nameOfClass by its index */
export function useImageTexts(nameOfClass: (label: number) => string) {
  const { t } = useI18n()
  const numbers = useNumbers()
  /** 'test image 247' */
  const titleOf = ({ split, index }: Pick<BrowsedImage, 'split' | 'index'>): string => t(`browse.image.${split}`, { index: numbers.value.count(index) })
  /** 'test image 247, class 7, read as 2' */
  function nameOf({ label, read, ...at }: BrowsedImage): string {
    const names = { image: titleOf(at), name: nameOfClass(label), read: read === null ? '' : nameOfClass(read) }
    return t(`browse.image.${read === null ? 'named' : read === label ? 'right' : 'wrong'}`, names)
  }
  return { titleOf, nameOf }
}
