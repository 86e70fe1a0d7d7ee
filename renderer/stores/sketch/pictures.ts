import { defineStore } from 'pinia'
import { pictureOf } from '../../lib/picture-file'
import { useNotices } from '../notices'
import { useRoom } from '../room'
import { useSettings } from '../settings'
import { useSketch } from './sketch'

/** Pictures from files, the clipboard and drops: they go to the paper. */
export const usePictures = defineStore('pictures', () => {
  const notices = useNotices()
  const room = useRoom()
  const settings = useSettings()
  const sketch = useSketch()
  let latest: object | null = null

  /**
   * Puts a picture on the paper; one that cannot be read is named, and the paper stays as it is.
   * @returns whether it is there
   */
  async function open(file: File): Promise<boolean> {
    const asked = latest = {}
    const picture = await notices.attempt(() => pictureOf(file, file.name), 'picture')
    if (!picture || latest !== asked) return false
    sketch.show(picture)
    return true
  }
  /** Opens a picture that was dropped somewhere in the window, and shows the paper. */
  async function drop(file: File): Promise<void> {
    const hasPaper = room.current === 'draw' || (room.current === 'train' && settings.settings.drawDocked)
    if (await open(file) && !hasPaper) room.go('draw')
  }
  return { open, drop }
})

/** Whether a file says that it is a picture; whether it is one is seen when it is read. */
export const saysPicture = ({ type }: File): boolean => type.startsWith('image/')
