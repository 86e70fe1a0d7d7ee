import type { AnsweredImage } from '@contract'
import type { EvaluatedSplit } from '@core'
import { useRoom } from '../../stores/room'
import { useMoment } from '../../stores/moment'
import { useSettings } from '../../stores/settings'
import { useSketch } from '../../stores/sketch/sketch'
import { useXray } from '../../stores/xray'

/** Validation images are training images. */
const fileOf = (split: EvaluatedSplit) => split === 'test' ? 'test' : 'train'

/** Ways to look further at an image that was answered. */
export function useWaysOut() {
  const moment = useMoment()
  const sketch = useSketch()
  const settings = useSettings()
  const room = useRoom()
  const xray = useXray()

  /** Puts it on the paper, read by the run's network: beside the training if Draw is docked there, else in its room. */
  function toDraw(split: EvaluatedSplit, { index, label, pixels }: AnsweredImage) {
    const { id: dataset, shape } = moment.state!.dataset
    sketch.show({ dataset, split: fileOf(split), index, label, shape, image: pixels })
    if (settings.settings.drawDocked) return sketch.setSource('docked', 'run')
    sketch.setSource('room', 'run')
    room.go('draw', 'mistakes')
  }
  /** Shows how this image alone goes through the network, forward and backward. */
  const toXray = (split: EvaluatedSplit, { index }: AnsweredImage) => { xray.open({ image: { split: fileOf(split), index } }) }
  return { toDraw, toXray }
}
