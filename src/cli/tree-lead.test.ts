import { expect, test } from 'vitest'
import { branches } from './tree-lead.ts'

test('each line of a tree has its branch', () => {
  expect(branches([1, 2, 3, 2, 1, 2])).toEqual(['├─ ', '│  ├─ ', '│  │  └─ ', '│  └─ ', '└─ ', '   └─ '])
  expect(branches([])).toEqual([])
})

test('of a deep line the innermost levels are drawn, after the number of the others', () => {
  const leads = branches([...Array.from({ length: 10_000 }, (_, index) => index + 1), 9999])
  expect(leads[40]).toBe(`${'   '.repeat(40)}└─ `)
  expect(leads[41]).toBe(`⋯1 ${'   '.repeat(40)}└─ `)
  expect(leads.at(-2)).toBe(`⋯9959 ${'   '.repeat(39)}│  └─ `)
  expect(leads.at(-1)).toBe(`⋯9958 ${'   '.repeat(40)}└─ `)
  expect(leads.at(-3)).toBe(`⋯9958 ${'   '.repeat(40)}├─ `)
  expect(Math.max(...leads.map((lead) => lead.length))).toBeLessThan(140)
})
