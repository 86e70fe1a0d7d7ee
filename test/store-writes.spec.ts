import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isSource, projectFiles, root } from './rooms/imports'
import { storesDefinedIn, storeWrites } from './rooms/store-writes'

const sources = projectFiles(join(root, 'renderer')).filter(isSource).map(file => [file, readFileSync(join(root, file), 'utf8')] as const)
const stores = new Set(sources.flatMap(([, source]) => storesDefinedIn(source)))

describe('the window\'s stores', () => {
  test('are found, every one', () => {
    const defining = sources.filter(([, source]) => source.includes('= defineStore(')).map(([file]) => file)
    expect(defining.length).toBeGreaterThan(10)
    expect(stores.size).toBe(sources.reduce((sum, [, source]) => sum + source.split('= defineStore(').length - 1, 0))
    // the bug lab's stand beside its networks, since a store imports no feature
    expect(defining.filter(file => !file.startsWith('renderer/stores/') && !file.startsWith('renderer/lessons/bugs/'))).toEqual([])
  })

  test('are written to by their own actions only', () => {
    expect(sources.flatMap(([file, source]) => storeWrites(file, source, stores))).toEqual([])
  })
})

describe('the check of writes', () => {
  const known = new Set(['useRun', 'useGraph'])
  const script = (source: string) => storeWrites('renderer/a.ts', `import { useRun } from './run'\n${source}`, known)
  const setup = (template: string, source = 'const run = useRun()') => storeWrites('renderer/A.vue', `<script setup lang="ts">\nimport { useRun } from './run'\n${source}\n</script>\n<template>${template}</template>`, known)

  const writes: Readonly<Record<string, string>> = {
    'an assignment': 'const run = useRun(); run.step = 1',
    'an assignment below a member': 'const run = useRun(); run.state.phase = 1',
    'an assignment by a computed name': 'const run = useRun(); run[name] = 1',
    'an assignment without a name in between': 'useRun().step = 1',
    'an assignment with an operator': 'const run = useRun(); run.step ??= 1',
    'counting': 'const run = useRun(); run.step++',
    'deleting': 'const run = useRun(); delete run.state.evaluation',
    'a destructuring assignment': 'const run = useRun(); [run.step, a] = pair',
    'a destructuring assignment to members by name': 'const run = useRun(); ({ step: run.step } = state)',
    'an assignment in a function above the store': 'function go() { run.step = 1 }\nconst run = useRun()',
    'an assignment in a callback': 'const run = useRun(); watch(a, () => { run.step = 1 })',
    'an assignment in a settable computed value': 'const run = useRun(); const step = computed({ get: () => run.step, set: (at) => { run.step = at } })',
    'another name for the store': 'const run = useRun(); const same = run; same.step = 1',
    'a variable that is given the store later': 'let run; run = useRun(); run.step = 1',
    'an import under another name': 'import { useGraph as useIt } from \'./graph\'\nconst it = useIt(); it.hidden = 1',
    'a member under a name of its own': 'const { state } = useRun(); state.phase = 1',
    'a member under another name': 'const { state: { config: mine } } = useRun(); mine.seed = 1',
    'a member that may be missing': 'const run = useRun(); const state = run.state ?? none; state!.phase = 1',
    'a mutating method': 'const run = useRun(); run.evaluations.push(1)',
    'a mutating method of a member': 'const { hidden } = useRun(); hidden.add(1)',
    'an element that is found': 'const run = useRun(); const first = run.blocks.find(test); first.name = 1',
    'an element in a callback': 'const run = useRun(); run.blocks.forEach((block) => { block.name = 1 })',
    'an element in a loop': 'const run = useRun(); for (const block of run.blocks) block.name = 1',
    'a loop that writes into a member': 'const run = useRun(); for (run.step of steps) ;',
    'Object.assign': 'const run = useRun(); Object.assign(run.state, more)',
    'a patch': 'const run = useRun(); run.$patch({ step: 1 })',
    'references to all members': 'const { step } = storeToRefs(useRun()); step.value = 1',
    'a reference to one': 'const run = useRun(); const step = toRef(run, \'step\'); step.value = 1',
    'a parameter of the store\'s type': 'function go(run: ReturnType<typeof useRun>) { run.step = 1 }',
  }
  test.each(Object.entries(writes))('sees %s', (_, source) => {
    expect(script(source)).toHaveLength(1)
    expect(setup('<i />', source)).toHaveLength(1)
  })

  const templates: Readonly<Record<string, string>> = {
    'an assignment': '<b @click="run.step = 1" />',
    'one of two statements': '<b @click="go(); run.step = 1" />',
    'an arrow function': '<b @click="at => run.step = at" />',
    'an assignment beside an attribute of the same name': '<b :step="run.step" @step="run.step = $event" />',
    'v-model': '<b v-model="run.step" />',
    'v-model with a name': '<b v-model:open="run.state.open" />',
    'an assignment in a slot': '<b><template #next="{ at }"><i @click="run.step = at" /></template></b>',
    'an assignment in a branch': '<b v-if="a" /><b v-else @click="run.step++" />',
    'an element of a list': '<b v-for="block in run.blocks" :key="block.name"><i @click="block.name = 1" /></b>',
    'v-model on an element of a list': '<b v-for="(block, i) in run.blocks" :key="i" v-model="block.name" />',
    'a mutating method': '<b @click="run.blocks.push(1)" />',
    'an expression in the text': '<b>{{ run.step++ }}</b>',
  }
  test.each(Object.entries(templates))('sees in a template %s', (_, template) => {
    expect(setup(template)).toHaveLength(1)
  })
  test('sees v-model on a reference to a member', () => {
    expect(setup('<b v-model="step" />', 'const { step } = storeToRefs(useRun())')).toHaveLength(1)
  })

  test('names the place', () => {
    expect(script('const run = useRun()\n\nrun.step = 1')).toEqual(['renderer/a.ts:4 run.step = 1'])
    expect(setup('\n<b\n  @click="run.step = 1"\n/>')).toEqual(['renderer/A.vue:7 run.step = 1'])
    expect(setup('<b v-model="run.step" />')).toEqual(['renderer/A.vue:5 v-model="run.step"'])
  })

  const harmless: Readonly<Record<string, string>> = {
    'what is read': 'const run = useRun(); const next = run.step + 1',
    'an action': 'const run = useRun(); run.start(); run.set(1)',
    'an action under a name of its own': 'const { add } = useRun(); add(1)',
    'a comparison': 'const run = useRun(); run.step === 1',
    'another variable of the same name': 'const run = useRun(); function go(run) { run.step = 1 }',
    'another variable of the same name in a block': 'const run = useRun(); { const run = { step: 0 }; run.step = 1 }',
    'a copy': 'const run = useRun(); const mine = { ...run.state }; mine.phase = 1',
    'a sorted copy': 'const run = useRun(); [...run.blocks].sort()',
    'a variable that is given another member': 'const run = useRun(); let step = run.step; step = 2',
    'the file that defines the store': 'export const useRun = defineStore(\'run\', () => {}); const run = useRun(); run.step = 1',
    'a name that is no store\'s': 'const form = useForm(); form.step = 1',
  }
  test.each(Object.entries(harmless))('lets pass %s', (_, source) => {
    expect(storeWrites('renderer/a.ts', source, known)).toEqual([])
  })
  test('lets pass in a template what is local to it', () => {
    expect(setup('<b v-for="run in runs" :key="run.id" @click="run.step = 1" /><b v-slot="{ run }"><i v-model="run.step" /></b><b v-model="mine" />', 'const run = useRun(); const mine = ref(run.step)')).toEqual([])
  })
})
