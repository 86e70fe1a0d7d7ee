import { functionNames } from '@core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assignmentsOf } from '../../../electron/cli/assignments'
import { caret } from '../../../electron/cli/caret'
import { Terminal } from '../../../electron/cli/terminal'
import { LabBundle } from './bundle'

const lab = new LabBundle()
beforeAll(() => lab.make())
afterAll(() => lab.remove())

const shopping = ['graph', '(apple*count+orange*3)*tax', '--set', 'apple=100,count=2,orange=150,tax=1.1']
const terminal = new Terminal('en', { write: () => true }, { write: () => true }, '/')

describe('graph', () => {
  test('prints the value and every gradient as raw doubles, one JSON object', async () => {
    const { code, stdout, stderr } = await lab.run([...shopping, '--json'])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toBe('{"value":715.0000000000001,"gradients":{"apple":2.2,"count":110.00000000000001,"orange":3.3000000000000003,"tax":650}}\n')
  })

  test.each([['en', 'value (forward →)'], ['ko', '값 (순전파 →)'], ['ja', '値（順伝播 →）']])('prints a table of every node in %s', async (lang, header) => {
    const { code, stdout } = await lab.run([...shopping, '--lang', lang])
    expect(code).toBe(0)
    const lines = stdout.trim().split('\n').map(line => line.trim().split(/ {2,}/))
    expect(lines[0]).toContain(header)
    expect(lines.slice(1).map(([id, , value, gradient]) => [id, value, gradient])).toEqual([
      ['apple', '100', '2.2'], ['count', '2', '110'], ['n1', '200', '1.1'], ['orange', '150', '3.3'], ['c1', '3', '165'],
      ['n2', '450', '1.1'], ['n3', '650', '1.1'], ['tax', '1.1', '650'], ['n4', '715', '1'],
    ])
    expect(lines.at(-1)![1]).toBe('n3 * tax')
  })

  test('takes matrices, and gives their gradients in their shape', async () => {
    const { code, stdout } = await lab.run(['graph', 'softmaxWithLoss(affine(x, W, b), t)', '--set', 'x=[1, .5], W=[[1,2],[3,4]], b=[0,1e-1], t=[0,1]', '--json'])
    expect(code).toBe(0)
    const { gradients } = JSON.parse(stdout) as { gradients: Record<string, unknown> }
    expect(gradients['W']).toEqual([[expect.closeTo(0.16798161, 8), expect.closeTo(-0.16798161, 8)], [expect.closeTo(0.08399081, 8), expect.closeTo(-0.08399081, 8)]])
  })

  test('accepts names in every script, definitions, and an expression that begins with a minus', async () => {
    const defined = await lab.run(['graph', 't = 사과 + りんご; -t^2', '--set=사과=2,りんご=1', '--json'])
    expect(JSON.parse(defined.stdout)).toEqual({ value: -9, gradients: { 사과: -6, りんご: -6 } })
    expect(JSON.parse((await lab.run(['graph', '-(x + 1)', '--set', 'x=2', '--json'])).stdout)).toEqual({ value: -3, gradients: { x: -1 } })
    expect(JSON.parse((await lab.run(['graph', '--set', 'x=2', '--json', '--', '-x'])).stdout)).toEqual({ value: -2, gradients: { x: -1 } })
  })

  test('needs no --set without names', async () => {
    expect((await lab.run(['graph', '2 ^ 3 ^ 2', '--json'])).stdout).toBe('{"value":512,"gradients":{}}\n')
  })
})

test.each(['en', 'ko', 'ja'])('graph --help speaks %s and names every function', async (lang) => {
  const { code, stdout, stderr } = await lab.run(['graph', '--help', '--lang', lang])
  expect([code, stderr]).toEqual([0, ''])
  for (const word of [...functionNames(), '--set', 'EXPRESSION']) expect(stdout).toContain(word)
  expect(stdout).not.toMatch(/\bcli\.|[{}]/)
})

describe('graph refuses with exit code 2, and nothing on stdout,', () => {
  /** Arguments and the expected text on stderr. */
  const cases: readonly (readonly [readonly string[], readonly string[]])[] = [
    [['graph'], ['EXPRESSION']],
    [['graph', 'x', '+', 'y'], ['one expression, in quotes', 'Found: +']],
    [['graph', 'x + * y'], ['Character 5', '  x + * y\n      ^']],
    [['graph', '사과 * $'], ['Character 6: “$”', '  사과 * $\n         ^']],
    [['graph', 'sigmiod(x)', '--set', 'x=1'], ['Character 1', 'Did you mean sigmoid?', '  sigmiod(x)\n  ^']],
    [['graph', 't = x\nt * (y'], ['Character 11', '  t * (y\n      ^']],
    [['graph', ''], ['no expression yet']],
    [['graph', 'x+'.repeat(5000) + 'x'], ['10001', '4000']],
    [['graph', '('.repeat(1000) + 'x'], ['Character 101', '100']],
    [['graph', 'x * y * z', '--set', 'x=1'], ['no value: y, z', '--set x=…,y=1,z=1']],
    [['graph', 'apple', '--set', 'aple=1'], ['--set: The expression has no input named aple. Its inputs: apple.', 'Did you mean apple?']],
    [['graph', 'x', '--set', 'x'], ['--set', 'NAME=VALUE', 'Found: x']],
    [['graph', 'x', '--set', 'x=one'], ['Found: x=one']],
    [['graph', 'x', '--set', 'x=1,x=2'], ['Found: x=2']],
    [['graph', 'x', '--set', 'x=[1,2'], ['Found: x=[1,2']],
    [['graph', 'x', '--set', 'x=[[1,2],[3]]'], ['--set x: ', 'equal length', '[3]']],
    [['graph', 'x', '--set', 'x=1e999'], ['Found: x=1e999']],
    [['graph', '3 * log(x - 2)', '--set', 'x=1'], ['At the node n2 (log(n1)): log is defined only for numbers above 0, found -1.']],
    [['graph', '1 / x', '--set', 'x=0'], ['At the node n1 (1 / x): Division by 0 is not defined.']],
    [['graph', 'exp(x)', '--set', 'x=1000'], ['At the node n1 (exp(x)): The result is too large']],
    [['graph', 'x + y', '--set', 'x=[1,2],y=[1,2,3]'], ['At the node n1 (x + y)', '(2) (3)']],
  ]

  test('naming the character, the name or the node', async () => {
    for (let i = 0; i < cases.length; i += 10) {
      await Promise.all(cases.slice(i, i + 10).map(async ([args, named]) => {
        const { code, stdout, stderr } = await lab.run(args)
        expect([args, code, stdout]).toEqual([args, 2, ''])
        for (const part of named) expect(stderr, args.join(' ')).toContain(part)
        expect(stderr, args.join(' ')).not.toMatch(/\bcli\.|\berrors\.|\bgraph\.|[{}]/)
      }))
    }
  })

  test.each([['ko', /[가-힣]/], ['ja', /[ぁ-んァ-ン]/]])('in %s as well', async (lang, script) => {
    for (const args of [['x + * y'], ['log(x)', '--set', 'x=-1'], ['x * y'], ['x', '--set', 'y=1']]) {
      const { code, stderr } = await lab.run(['graph', ...args, '--lang', lang])
      expect(code).toBe(2)
      expect(stderr).toMatch(script)
      expect(stderr).not.toMatch(/\bcli\.|\berrors\.|[{}]/)
    }
  })
})

// Cause: the first undefined slope ended the backward pass, and nothing was printed.
describe('an undefined gradient', () => {
  const json = async (expression: string, set: string, ...more: string[]) => {
    const { code, stdout, stderr } = await lab.run(['graph', expression, '--set', set, '--json', ...more])
    expect([code, stderr]).toEqual([0, ''])
    return JSON.parse(stdout) as { value: unknown, gradients: Record<string, unknown>, missing?: Record<string, string> }
  }

  test('is omitted with a sentence, and does not affect the others', async () => {
    const sum = await json('sqrt(x)+y', 'x=0,y=1')
    expect(sum).toEqual({ value: 1, gradients: { y: 1 }, missing: { x: expect.stringMatching(/^x has no gradient\..*n1 \(sqrt\(x\)\): The value is finite, but/) as string } })
    const power = await json('a^b', 'a=-2,b=2')
    expect([power.value, power.gradients, Object.keys(power.missing!)]).toEqual([4, { a: -4 }, ['b']])
    expect(await json('x*y', 'x=2,y=3')).toEqual({ value: 6, gradients: { x: 3, y: 2 } }) // no message where nothing is missing
  })

  test('is null only in its own cells', async () => {
    const { gradients, missing } = await json('x^y', 'x=[-2,2],y=[2,2]')
    expect(gradients).toEqual({ x: [-4, 4], y: [null, expect.closeTo(4 * Math.log(2), 14) as number] })
    expect(missing).toEqual({ y: expect.stringMatching(/^y has no gradient in 1 of its 2 elements\./) as string })
  })

  test('is never given as 0: 0 × ∞ is undefined', async () => {
    expect(await json('square(sqrt(x))', 'x=0')).toEqual({ value: 0, gradients: {}, missing: { x: expect.stringContaining('sqrt(x)') as string } })
  })

  test('is a dash in the table, with its sentence on stderr', async () => {
    const { code, stdout, stderr } = await lab.run(['graph', 'sqrt(x) + y', '--set', 'x=0,y=1'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ *x +input +0 +–$/m)
    expect(stdout).not.toContain('NaN')
    expect(stderr).toContain('x has no gradient. At the node n1 (sqrt(x)): The value is finite, but')
  })

  test.each([['ko', /[가-힣]/], ['ja', /[ぁ-んァ-ン]/]])('is reported in %s, too', async (lang, script) => {
    const { missing } = await json('sqrt(x)+y', 'x=0,y=1', '--lang', lang)
    expect(missing!['x']).toMatch(script)
    expect(missing!['x']).not.toMatch(/\bcli\.|\berrors\.|[{}]/)
  })
})

describe('values in common notations', () => {
  test.each<[string, Record<string, unknown>]>([
    ['x=1', { x: 1 }],
    [' x = 1 , y = -2.5e-3 ', { x: 1, y: -0.0025 }],
    ['x=−3', { x: -3 }],
    ['W=[[1,2],[3,4]],b=[ .5 , -1 ]', { W: [[1, 2], [3, 4]], b: [0.5, -1] }],
    ['사과=2', { 사과: 2 }], // typed in decomposed Unicode
  ])('%s', (given, values) => {
    expect(Object.fromEntries(assignmentsOf(given, terminal))).toEqual(values)
  })

  test.each(['', ',', 'x=1,', '=1', 'x=', 'x==1', 'x=[]', 'x=[1,,2]', 'x=[1]]', 'x=[1][2]', 'x=0x10', 'x=Infinity', `x=${'['.repeat(10_000)}1${']'.repeat(10_000)}`])('%j is not a value', (given) => {
    expect(() => assignmentsOf(given, terminal)).toThrow(expect.objectContaining({ code: 'cli.value' }) as Error)
  })
})

describe('the caret', () => {
  test('is below the character, also where letters are wide', () => {
    expect(caret('りんご + ) * x', 6)).toBe('  りんご + ) * x\n           ^')
  })

  test('shows its part of a long line', () => {
    const text = `${'x + '.repeat(500)}* y${' + z'.repeat(300)}`
    const [line = '', mark = ''] = caret(text, 2000, 60).split('\n')
    expect(line.length).toBeLessThanOrEqual(60)
    expect(line[mark.indexOf('^')]).toBe('*')
    expect(line).toMatch(/^ {2}….*…$/)
  })

  test('sends no control characters to the terminal', () => {
    expect(caret('a\u001b[2J $', 5)).not.toContain('\u001b')
    expect(caret('x\u202e +\u200b $', 6)).toBe('  x· +· $\n        ^')
  })
})
