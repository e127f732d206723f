// What IAM would answer: a simulation in JSON on each line of the input, its answer on each line of the output.
import { createInterface } from 'node:readline'
import { runSimulation } from '@cloud-copilot/iam-simulate'

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await runSimulation(JSON.parse(line), {})
  console.log(
    JSON.stringify(
      answer.resultType === 'error'
        ? { error: answer.errors }
        : { answer: answer.overallResult, unknown: answer.result?.ignoredContextKeys ?? [] }
    )
  )
}
