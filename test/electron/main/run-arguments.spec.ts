import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { runFilesIn } from '../../../electron/main/run-arguments'

test('runs among the arguments are opened from the folder in which the program was started, and nothing else is', () => {
  expect(runFilesIn(['/opt/lab', '--flag.labrun', 'mine.labrun', '/tmp/A.LABRUN', 'weights.safetensors', ''], '/home/ada')).toEqual([resolve('/home/ada/mine.labrun'), resolve('/tmp/A.LABRUN')])
})
