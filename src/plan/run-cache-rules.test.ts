import { describe, expect, test } from 'vitest'
import { makeOut, makeStage } from '../../test/rig/make-stage.ts'
import type { Stage } from '../model/stage.ts'
import { canSaveToRunCache, canUseRunCache, isCallback } from './run-cache-rules.ts'

const stage = makeStage({ name: 's', deps: ['in'], outs: ['out'] })
const url = {
  path: 's3://b/k',
  target: 's3://b/k',
  artifact: { target: 's3://b/k', kind: 'file' as const },
  at: stage.at,
}

describe('results are looked up in the run cache, and saved there', () => {
  test.each<[string, Partial<Stage>, boolean, boolean]>([
    ['of a stage with command, deps and outs', {}, true, true],
    ['of params alone as deps', { deps: makeStage({ params: [{ path: 'p.yaml' }] }).deps }, true, true],
    ['of a dep outside the project', { deps: makeStage({ deps: ['/elsewhere'] }).deps }, true, true],
    ['not without a command', { cmd: undefined }, false, false],
    ['not with an empty command', { cmd: '' }, false, false],
    ['not without deps', { deps: [] }, false, false],
    ['not without outs', { outs: [] }, false, false],
    ['not of a stage that always runs', { alwaysChanged: true }, false, false],
    ['not of deps elsewhere', { deps: [{ kind: 'url', ...url }] }, false, false],
    ['not of outs elsewhere', { outs: [{ ...makeOut('x'), ...url, scheme: 'url', inRepo: false }] }, false, false],
    ['not of outs outside the project', { outs: [makeOut('../out')] }, false, false],
    ['not of persisted outs', { outs: [{ ...makeOut('out'), persist: true }] }, false, false],
    ['of uncached metrics', { outs: [{ ...makeOut('m'), cache: false, metric: true }] }, true, true],
    ['of uncached plots', { outs: [{ ...makeOut('m'), cache: false, plot: true }] }, true, true],
    ['of other uncached outs only looked up', { outs: [{ ...makeOut('m'), cache: false }] }, true, false],
  ])('%s', (_, overrides, isLookedUp, isSaved) => {
    const one = { ...stage, ...overrides }
    const params = new Map([['params.yaml', new Map([['a', 1n]])]])
    expect([canUseRunCache(one, params), canSaveToRunCache(one, params)]).toEqual([isLookedUp, isSaved])
  })

  test('not of a params file in which nothing stands', () => {
    expect(canUseRunCache(stage, new Map([['params.yaml', new Map()]]))).toBe(false)
  })
})

test.each<[Partial<Stage>, boolean]>([
  [{ deps: [], outs: [] }, true],
  [{ deps: [] }, false],
  [{ deps: [], outs: [], cmd: undefined }, false],
])('a callback has a command and nothing else', (overrides, expected) => {
  expect(isCallback({ ...stage, ...overrides })).toBe(expected)
})
