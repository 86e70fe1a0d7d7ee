import { useCommands } from '../stores/commands'
import { useFiles } from '../stores/files'
import { useRoom } from '../stores/room'
import { useRun } from '../stores/run'

/** The commands of every room; rooms override some of them. */
export function useShellCommands({ openSettings }: { openSettings: () => void }): void {
  const run = useRun()
  const room = useRoom()
  const files = useFiles()
  useCommands({
    'help.keys': () => { room.showKeys(true) },
    'room.learn': () => room.go('learn'), 'room.train': () => room.go('train'), 'room.draw': () => room.go('draw'), 'room.files': () => room.go('files'),
    'file.open': () => files.open(null), 'file.save': files.save,
    'app.settings': openSettings,
    'training.run': () => run.canRun && run.start(), 'training.pause': () => run.ready && run.pause(),
    'training.stepBatch': () => run.canStep && run.stepBatch(), 'training.stepEpoch': () => run.canStep && run.stepEpoch(),
    'training.rewind': () => run.ready && run.rewind(),
  })
}
