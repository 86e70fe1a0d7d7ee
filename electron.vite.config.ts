import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import { alias } from './alias.config.ts'
import { kernels } from './kernels.config.ts'
import { fileName, licenses } from './licenses.config.ts'

const at = (path: string): string => resolve(import.meta.dirname, path)

/** The notices of the packages that are bundled, beside what they are bundled into. */
const license = { fileName }

/** KaTeX names each font in three formats; Chromium takes the first. */
const woff2Alone = {
  name: 'woff2-alone',
  enforce: 'pre' as const,
  transform: (code: string, id: string) => /[\\/]katex[\\/]dist[\\/].*\.css/.test(id) ? code.replace(/,url\([^)]*\.(?:woff|ttf)\) format\("\w+"\)/g, '') : null,
}

// Targets are those of Electron 33, the oldest runtime that the lab runs on; the npm electron is newer.
export default defineConfig({
  main: {
    resolve: { alias },
    plugins: [kernels(), licenses()],
    build: {
      target: 'node20.18',
      outDir: 'out/main',
      license,
      minify: true, // read in half the time
      externalizeDeps: false,
      rolldownOptions: { input: { index: at('electron/main/index.ts'), cli: at('electron/cli/index.ts') }, external: ['electron'] },
    },
  },
  preload: {
    resolve: { alias },
    plugins: [licenses()],
    build: {
      target: 'node20.18',
      outDir: 'out/preload',
      license,
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: at('electron/preload/index.ts') },
        external: ['electron'],
        output: { format: 'cjs', entryFileNames: '[name].cjs' }, // a sandboxed preload is one CommonJS file
      },
    },
  },
  renderer: {
    root: at('renderer'),
    resolve: { alias },
    plugins: [vue(), woff2Alone, licenses()],
    build: {
      target: 'chrome130',
      outDir: at('out/renderer'),
      license,
      minify: true,
      assetsInlineLimit: 0, // the policy takes no font from a data: address
      rolldownOptions: {
        input: { index: at('renderer/index.html') },
        // What the first screen needs is one file: each further one costs a trip through main.
        output: { codeSplitting: { groups: [{ name: 'vite', test: /preload-helper/ }, { name: 'first', test: /renderer[\\/]main\.ts$/ }] } },
      },
    },
  },
})
