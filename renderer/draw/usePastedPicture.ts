import { onMounted, onUnmounted } from 'vue'
import { isCovered, isTyping } from '../lib/focus'
import { usePictures, saysPicture } from '../stores/sketch/pictures'

/** Puts a pasted picture on the paper. @param isHere whether what has the focus belongs to the paper */
export function usePastedPicture(isHere: (focused: Element | null) => boolean): void {
  const pictures = usePictures()
  function paste(event: ClipboardEvent) {
    const picture = [...event.clipboardData?.files ?? []].find(saysPicture)
    if (!picture || isCovered() || isTyping(document.activeElement) || !isHere(document.activeElement)) return
    event.preventDefault()
    void pictures.open(picture)
  }
  onMounted(() => document.addEventListener('paste', paste))
  onUnmounted(() => document.removeEventListener('paste', paste))
}
