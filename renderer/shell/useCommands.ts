import type { MenuCommand } from '@contract'
import { onScopeDispose } from 'vue'
import { listen } from '../lib/bridge'
import { useFiles } from '../stores/files'
import { useGraph } from '../stores/graph/graph'
import { useGraphFiles } from '../stores/graph/graph-files'
import { useRoom } from '../stores/room'
import { useRun } from '../stores/run'
import { useSketch } from '../stores/sketch/sketch'
import { keyOf, unlessComposing } from '../lib/keys'
import { isCovered, isTyping } from '../lib/typing'

/** What the native menu and single keys do: ? lists the keys everywhere; in Train Space runs and pauses, N steps, E an epoch, Home rewinds. */
export function useCommands({ openSettings }: { openSettings: () => void }): void {
  const run = useRun()
  const room = useRoom()
  const files = useFiles()
  const graph = useGraph()
  const graphFiles = useGraphFiles()
  const sketch = useSketch()

  /** A field takes back its own typing; beside it, the room in view its last change. */
  function takeBack(way: 'undo' | 'redo') {
    if (isTyping(document.activeElement)) document.execCommand(way)
    else if (isCovered()) return
    else if (room.current === 'learn') graph[way]()
    else if (room.current === 'draw' && way === 'undo') sketch.undo()
  }
  const commands: Record<MenuCommand, () => unknown> = {
    run: () => run.canRun && run.start(),
    pause: () => run.ready && run.pause(),
    stepBatch: () => run.canStep && run.stepBatch(),
    stepEpoch: () => run.canStep && run.stepEpoch(),
    rewind: () => run.ready && run.rewind(),
    // a lesson's graph of the current network has no file of its own: its weights are saved
    save: () => room.current === 'learn' && !graph.fixed ? graphFiles.save() : files.save(),
    open: () => room.current === 'learn' ? graphFiles.open() : files.open(null),
    undo: () => takeBack('undo'),
    redo: () => takeBack('redo'),
    settings: openSettings,
    keys: () => room.showKeys(true),
    learn: () => room.go('learn'),
    train: () => room.go('train'),
    draw: () => room.go('draw'),
    files: () => room.go('files'),
  }
  const keys: Readonly<Record<string, () => unknown>> = {
    ' ': () => run.canRun && run.toggle(), 'n': commands.stepBatch, 'e': commands.stepEpoch, 'Home': commands.rewind,
  }

  const onKey = unlessComposing((event) => {
    const key = keyOf(event)
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target) || document.querySelector('dialog[open]')) return
    // A focused button takes Space for itself; a radio that is focused is chosen already.
    if (key === ' ' && event.target instanceof HTMLElement && event.target.closest('button, summary, [type=checkbox]')) return
    const command = key === '?' ? commands.keys : room.current === 'train' ? keys[key] : undefined
    if (!command) return
    event.preventDefault()
    command()
  })
  document.addEventListener('keydown', onKey)
  const stop = listen('menu', command => commands[command]())
  onScopeDispose(() => { document.removeEventListener('keydown', onKey); stop() })
}
