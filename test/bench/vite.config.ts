import { resolve } from 'node:path'
import { defineConfig } from 'vite'
import { alias } from '../../alias.config.ts'
import { kernels } from '../../kernels.config.ts'

const at = (path: string): string => resolve(import.meta.dirname, path)

/** The bench and its JavaScript children, bundled like the app. */
export default defineConfig({
  root: at('.'),
  logLevel: 'error',
  resolve: { alias },
  plugins: [kernels()],
  ssr: { noExternal: true },
  build: {
    ssr: true,
    target: 'node20.18',
    outDir: at('../../.cache/bench'),
    emptyOutDir: true,
    rolldownOptions: { input: { main: at('main.ts'), lab: at('lab.ts'), 'training-thread': at('../../electron/worker/index.ts'), tfjs: at('peers/tfjs.ts'), convnet: at('peers/convnet.ts') }, output: { entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' } },
  },
})
