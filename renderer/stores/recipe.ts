import { toWire } from '@contract'
import { checkBatch, checkEnds, type DatasetInfo, LabError, readRecipeText, recipeFaults, type RunConfig } from '@core'
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { useDatasets } from './datasets'
import { useNotices } from './notices'
import { useRoom } from './room'

/** A recipe that was pasted, dropped or opened, until the form in Train has taken it. */
export const useRecipeFile = defineStore('recipeFile', () => {
  const datasets = useDatasets()
  const notices = useNotices()
  const room = useRoom()
  const arrived = shallowRef<{ readonly config: RunConfig, readonly dataset: DatasetInfo } | null>(null)

  /**
   * Puts a recipe into the form, where it is not applied yet.
   * @param name of its file
   * @throws LabError recipe.*, config.*, network.*, dataset.unknown
   */
  async function take(text: string, name: string): Promise<void> {
    const config = readRecipeText(text, name)
    await datasets.refresh()
    const dataset = datasets.usable.find(({ id }) => id === config.dataset)
    if (!dataset) throw new LabError('dataset.unknown', `no dataset ${config.dataset}`, { found: config.dataset, wanted: datasets.usable.map(({ id }) => id).join(', ') })
    checkEnds(config.network, dataset)
    checkBatch(config.network, config.batchSize)
    arrived.value = { config, dataset }
  }
  /** The same for a file: an error is shown as a notice, and Train opens. */
  async function open(text: string, name: string): Promise<void> {
    const taken = await notices.attempt(async () => {
      await take(text, name)
      return true
    }, 'open')
    if (!taken) recipeFaults(text, name).slice(1, 3).forEach(fault => notices.error(toWire(fault), 'open')) // the first one was told
    if (!taken) return
    room.go('train')
    notices.done('train.recipe.taken')
  }
  const done = () => { arrived.value = null }
  return { arrived, take, open, done }
})
