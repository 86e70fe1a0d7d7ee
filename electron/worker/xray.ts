import { imageAlone, LabError, predictedClass, replayedStep, type Trainer, unitImageAt, xrayBlocks, xrayCell, type XraySource } from '@core'
import type { ArgOf, XrayCellFrame, XrayFrame } from '@contract'

/** Images of the mini-batch that come with a step */
const firstImages = 10

/** The step that the X-ray shows: a copy, so that the run learns on, and all numbers are of one step. */
export class Xray {
  private source: XraySource | null = null
  private id = 0

  /** @param maxBytes memory limit of the run and the X-ray together */
  constructor(private readonly maxBytes: () => number) {}

  /** @throws LabError xray.* */
  open(trainer: Trainer, { image }: ArgOf<'xray:open'>): Omit<XrayFrame, 'runId'> {
    this.close()
    const source = this.source = image ? this.alone(trainer, image) : replayedStep(trainer, this.maxBytes())
    const { step, loss, images, split, optimizer, model: { out } } = source
    return {
      id: ++this.id, step, image, rows: images.length, loss,
      images: Array.from(images.subarray(0, firstImages), (index, n) => ({ label: split.labels[index]!, predicted: predictedClass(out.value, n), pixels: unitImageAt(split, index) })),
      blocks: xrayBlocks(source),
      optimizer: optimizer && { spec: optimizer.spec, weightDecay: optimizer.weightDecay, update: optimizer.update },
    }
  }

  private alone(trainer: Trainer, { split, index }: NonNullable<ArgOf<'xray:open'>['image']>): XraySource {
    const { count } = trainer.dataset[split]
    if (index >= count) throw new LabError('ipc.schema', `${split} has ${count} images, found ${index}`, { found: index })
    return imageAlone(trainer, trainer.dataset[split], index, this.maxBytes())
  }

  /** @throws LabError xray.gone when the step is no longer kept, train.noTensor */
  cell({ id, ...address }: ArgOf<'xray:cell'>): XrayCellFrame {
    if (!this.source || id !== this.id) throw new LabError('xray.gone', `the X-ray ${id} is no longer kept`)
    return { id, ...xrayCell(this.source, address) }
  }

  /** Frees the memory. */
  close(): void {
    this.source?.dispose()
    this.source = null
  }
}
