import { lesson as lesson0 } from './00-derivative/lesson'
import { lesson as lesson1 } from './01-what-we-want-to-know/lesson'
import { lesson as lesson2 } from './02-forward/lesson'
import { lesson as lesson3 } from './03-backward/lesson'
import { lesson as lesson4 } from './04-local-computation/lesson'
import { lesson as lesson5 } from './05-why-a-graph/lesson'
import { lesson as lesson6 } from './06-chain-rule/lesson'
import { lesson as lesson7 } from './07-add-node/lesson'
import { lesson as lesson8 } from './08-multiply-node/lesson'
import { lesson as lesson9 } from './09-fan-out/lesson'
import { lesson as lesson10 } from './10-shopping/lesson'
import { lesson as lesson11 } from './11-layers-as-objects/lesson'
import { lesson as lesson12 } from './12-relu/lesson'
import { lesson as lesson13 } from './13-sigmoid/lesson'
import { lesson as lesson14 } from './14-three-layers/lesson'
import { lesson as lesson15 } from './15-output-layer/lesson'
import { lesson as lesson16 } from './16-affine/lesson'
import { lesson as lesson17 } from './17-affine-batch/lesson'
import { lesson as lesson18 } from './18-marked-exam/lesson'
import { lesson as lesson19 } from './19-softmax-with-loss/lesson'
import { lesson as lesson20 } from './20-divided-by-the-batch/lesson'
import { lesson as lesson21 } from './21-identity-with-loss/lesson'
import { lesson as lesson22 } from './22-no-accident/lesson'
import { lesson as lesson23 } from './23-step-by-step/lesson'
import { lesson as lesson24 } from './24-learning-algorithm/lesson'
import { lesson as lesson25 } from './25-gradient-check/lesson'
import { lesson as lesson26 } from './26-what-we-know-now/lesson'
import type { Lesson } from './types'

/** The course in order. A chunk of its own, so that the window paints before it is loaded. */
export const lessons: readonly Lesson[] = [
  lesson0, lesson1, lesson2, lesson3, lesson4, lesson5, lesson6, lesson7, lesson8,
  lesson9, lesson10, lesson11, lesson12, lesson13, lesson14, lesson15, lesson16, lesson17,
  lesson18, lesson19, lesson20, lesson21, lesson22, lesson23, lesson24, lesson25, lesson26,
]
