import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

// Nothing here talks to another machine, and each of the thousands of Nodes that tests start would read it (80 ms).
delete process.env['NODE_EXTRA_CA_CERTS']

export default defineConfig({
  test: {
    reporters: ['default', './test/rig/conformance-reporter.ts', './test/rig/not-run-reporter.ts'],
    // Tests start commands, git and DVC and wait for them: one more than there are cores leaves none idle.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['src/**/*.test.ts', 'test/rig/**/*.test.ts'], testTimeout: 60_000 },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          globalSetup: ['./test/rig/build-once.ts'],
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'conformance',
          globalSetup: ['./test/rig/build-once.ts'],
          include: ['test/conformance/**/*.test.ts'],
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          globalSetup: ['./test/rig/build-once.ts'],
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 60_000,
        },
      },
    ],
  },
})
