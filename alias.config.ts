import { resolve } from 'node:path'

const at = (path: string): string => resolve(import.meta.dirname, path)

/** Each room is imported through its hand-written index; the texts of the lessons and of the terminal have one of their own. */
export const alias = {
  '@core': at('core/index.ts'),
  '@contract': at('electron/contract/index.ts'),
  '@lessons': at('electron/contract/lessons/index.ts'),
  '@terminal': at('electron/contract/terminal/index.ts'),
  '@files': at('electron/files/index.ts'),
  '@kernels': at('electron/kernels/index.ts'),
}
