import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

// Also gives `gc` to the training threads, which start later: V8's flags apply to the whole process.
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Frees the memory of a dataset that nothing refers to any more: V8 does not collect a heap that is small because of shared memory that is large. */
export const collectGarbage = (): void => { setImmediate(collect) }
