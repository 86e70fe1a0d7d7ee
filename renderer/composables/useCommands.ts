import type { MenuCommand } from '@contract'
import { onScopeDispose } from 'vue'
import { listen } from '../bridge'
import { useRoom } from '../stores/room'
import { useFiles } from '../stores/files'
import { useRun } from '../stores/run'

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.matches('input:not([type=radio], [type=checkbox], [type=range]), select, textarea') || target.isContentEditable)

/** What the native menu and single keys do: Space runs and pauses, N steps, E an epoch, Home rewinds. */
export function useCommands({ openSettings }: { openSettings: () => void }): void {
  const run = useRun()
  const room = useRoom()
  const files = useFiles()
  const commands: Record<MenuCommand, () => unknown> = {
    run: () => run.canRun && run.start(),
    pause: () => run.ready && run.pause(),
    stepBatch: () => run.canStep && run.stepBatch(),
    stepEpoch: () => run.canStep && run.stepEpoch(),
    rewind: () => run.ready && run.rewind(),
    save: files.save,
    open: () => files.open(null),
    settings: openSettings,
    lab: () => room.go('lab'),
    draw: () => room.go('draw'),
    files: () => room.go('files'),
  }
  const keys: Readonly<Record<string, () => unknown>> = {
    ' ': () => run.canRun && run.toggle(), 'n': commands.stepBatch, 'e': commands.stepEpoch, 'Home': commands.rewind,
  }

  function onKey(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || typing(event.target) || document.querySelector('dialog[open]')) return
    // A focused button takes Space for itself; a radio that is focused is chosen already.
    if (event.key === ' ' && event.target instanceof HTMLElement && event.target.closest('button, summary, [type=checkbox]')) return
    const command = room.current === 'lab' ? keys[event.key.length === 1 ? event.key.toLowerCase() : event.key] : undefined
    if (!command) return
    event.preventDefault()
    command()
  }
  document.addEventListener('keydown', onKey)
  const stop = listen('menu', command => commands[command]())
  onScopeDispose(() => { document.removeEventListener('keydown', onKey); stop() })
}
