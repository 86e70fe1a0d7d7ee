import type { OpenedFile } from '@contract'
import { defineStore } from 'pinia'
import { onScopeDispose } from 'vue'
import { dropFiles, listen, request } from '../lib/bridge'
import { useDatasetImport } from './dataset-import'
import { useFiles } from './files'
import { useGraphFiles } from './graph/graph-files'
import { useRecipeFile } from './recipe'
import { useRuns } from './runs'

/** Opens files of every kind: weights and recipes go to Train, a run joins the others, a graph goes to the playground, a dataset is shown before it is imported. */
export const useOpenFile = defineStore('openFile', () => {
  const files = useFiles()
  const graphs = useGraphFiles()
  const runs = useRuns()
  const recipe = useRecipeFile()
  const imports = useDatasetImport()

  /** Opens a file that the learner chooses. */
  const open = (): Promise<void> => take(() => request('file:open'))
  /** Opens what was dropped: a file, the files of a dataset, or a folder. */
  const drop = (files: readonly File[]): Promise<void> => take(() => dropFiles(files))

  async function take(work: () => Promise<OpenedFile | null>): Promise<void> {
    const opened = await files.replaceRun(work, opened => opened.kind === 'weights' ? opened.state : null)
    if (opened?.kind === 'question') files.ask(opened.question)
    else if (opened?.kind === 'run') await runs.arrive(opened.arrival)
    else if (opened?.kind === 'graph') graphs.take(opened.graph)
    else if (opened?.kind === 'recipe') await recipe.open(opened.text, opened.name)
    else if (opened?.kind === 'dataset') await imports.arrive(opened.preview)
  }
  onScopeDispose(listen('file:given', ({ id }) => void take(() => request('file:take', { id }))))
  return { open, drop }
})
