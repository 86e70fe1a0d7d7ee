import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'

// A mutant that the type checker rejects could never run, so no test has to notice it.

/** @param {string} file relative to the project */
const configOf = file => file.startsWith('core/') ? 'tsconfig.core.json' : file.startsWith('renderer/') ? 'tsconfig.web.json' : 'tsconfig.node.json'

/** Type-checks one changed file at a time within the otherwise unchanged project. */
export class Types {
  /** @type {Map<string, { service: ts.LanguageService, change: (path: string, text: string | null) => void }>} */
  #projects = new Map()
  /** @type {Map<string, number>} number of errors in the unchanged file; a file with errors cannot be judged */
  #before = new Map()

  /** @param {string} root */
  constructor(root) {
    this.root = root
  }

  /**
   * Whether a file with a mutant passes the type checker. Components are not checked, since they are not plain TypeScript.
   * @param {import('./rooms.mjs').Mutant} mutant
   */
  takes({ file, start, end, new: replacement }) {
    if (!file.endsWith('.ts')) return true
    const { service, change } = this.#project(configOf(file))
    const path = join(this.root, file).replaceAll('\\', '/')
    const text = readFileSync(path, 'utf8')
    const errors = () => service.getSyntacticDiagnostics(path).length + service.getSemanticDiagnostics(path).length
    const before = this.#before.get(file) ?? errors()
    this.#before.set(file, before)
    if (before > 0) return true
    change(path, text.slice(0, start) + replacement + text.slice(end))
    try {
      return errors() === 0
    }
    finally {
      change(path, null)
    }
  }

  /** @param {string} name of a tsconfig file */
  #project(name) {
    const known = this.#projects.get(name)
    if (known) return known
    const { config } = ts.readConfigFile(join(this.root, name), path => ts.sys.readFile(path))
    const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, dirname(join(this.root, name)))
    /** @type {Map<string, { text: string | null, version: number }>} */
    const changed = new Map()
    const service = ts.createLanguageService({
      getCompilationSettings: () => ({ ...options, noUnusedLocals: false, noUnusedParameters: false, composite: false, incremental: false }),
      getScriptFileNames: () => fileNames.filter(path => !/[\\/]test[\\/]/.test(path)),
      getScriptVersion: path => String(changed.get(path)?.version ?? 0),
      getScriptSnapshot: (path) => {
        const text = changed.get(path)?.text ?? ts.sys.readFile(path)
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
      },
      getCurrentDirectory: () => this.root,
      getDefaultLibFileName: each => ts.getDefaultLibFilePath(each),
      fileExists: path => ts.sys.fileExists(path),
      readFile: path => ts.sys.readFile(path),
      readDirectory: (...args) => ts.sys.readDirectory(...args),
      directoryExists: path => ts.sys.directoryExists(path),
      getDirectories: path => ts.sys.getDirectories(path),
    })
    const project = { service, change: (/** @type {string} */ path, /** @type {string | null} */ text) => { changed.set(path, { text, version: (changed.get(path)?.version ?? 0) + 1 }) } }
    this.#projects.set(name, project)
    return project
  }
}
