import { expect, test } from 'vitest'
import type { Stage } from '../model/stage.ts'
import type { PlannedTask, WorkflowTask } from '../plan/plan.ts'
import { flattenPlan } from './flatten-plan.ts'

test('names each leaf by its path', () => {
  const flat = flattenPlan(workflow('', [workflow('features', [stage('clean', 0)]), stage('train/dvc.yaml:fit', 1)]))
  expect(flat.map((task) => task.id)).toEqual(['features/clean', 'train%2Fdvc.yaml:fit'])
})

test('a need of a stage becomes the place of its leaf', () => {
  const flat = flattenPlan(workflow('', [stage('b', 1, ['a']), stage('a', 0)]))
  expect(flat.map((task) => [task.id, task.schedulable.needs])).toEqual([
    ['a', []],
    ['b', [0]],
  ])
})

test('a need of a workflow is a need of all its leaves', () => {
  const flat = flattenPlan(
    workflow('', [workflow('features', [stage('x', 0), stage('y', 1)]), stage('train', 2, ['features'])]),
  )
  expect(flat.at(-1)?.schedulable.needs).toEqual([0, 1])
})

test('a wait is a need that is marked, also for a stage of a later rank', () => {
  const gated = { ...stage('deploy', 1, ['train']), waits: ['train', 'evaluate'] } as PlannedTask
  const flat = flattenPlan(workflow('', [stage('train', 0), stage('evaluate', 2, ['train']), gated]))
  expect(flat.map(({ id, schedulable: { needs, waits } }) => [id, needs, waits])).toEqual([
    ['train', [], undefined],
    ['deploy', [0, 2], [2]],
    ['evaluate', [0], undefined],
  ])
})

function workflow(name: string, tasks: readonly PlannedTask[]): WorkflowTask {
  return { kind: 'workflow', name, tasks }
}

function stage(name: string, rank: number, needs: readonly string[] = []): PlannedTask {
  return { kind: 'stage', name, stage: {} as Stage, decision: 'run', reasons: [], needs, rank, forced: false }
}
