const { LOCAL_RUNNER_URL, GITHUB_RUN_ID, GITHUB_JOB } = process.env;
const answer = await fetch(`${LOCAL_RUNNER_URL}/review?run=${GITHUB_RUN_ID}&job=${GITHUB_JOB}`);
const { message } = await answer.json();
console.log(answer.ok ? message : `::error::${message}`);
// act does not read what is still on its way when a process fails.
if (!answer.ok) await new Promise((resolve) => setTimeout(resolve, 200));
process.exitCode = answer.ok ? 0 : 1;
