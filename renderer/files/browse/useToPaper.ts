import type { DatasetInfo } from '@core'
import { unitImageOf } from '@core'
import { useBrowseAnswers } from '../../stores/browse-answers'
import { useRoom } from '../../stores/room'
import { useSketch } from '../../stores/sketch/sketch'
import type { BrowsedImage } from './useBrowsedImages'

/** Puts an image of a dataset on the paper in Draw, read by the run's network if it can. */
export function useToPaper() {
  const answers = useBrowseAnswers()
  const sketch = useSketch()
  const room = useRoom()
  return ({ id: dataset, shape }: DatasetInfo, { split, index, label }: BrowsedImage, bytes: Uint8Array) => {
    sketch.show({ dataset, split, index, label, shape, image: unitImageOf(bytes) })
    if (answers.fits) sketch.setSource('room', 'run')
    room.go('draw', 'browse')
  }
}
