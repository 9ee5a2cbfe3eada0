#!/usr/bin/env bash
# Says which parts of Check a pull request needs, as lines for $GITHUB_OUTPUT: app=true|false and infrastructure=true|false.
# HEAD must be the merge of the pull request, with its parents there; on any other event everything is checked.
set -euo pipefail

environments=.github/environments.json

if [ "${GITHUB_EVENT_NAME:?}" != pull_request ]; then
  printf '%s=true\n' app infrastructure
  exit 0
fi

# Whether the pull request changes a file of these paths.
changes() {
  local code=0
  git diff --quiet --no-renames 'HEAD^1' HEAD -- "$@" || code=$?
  case $code in
    0) echo false ;;
    1) echo true ;;
    *)
      echo "::error::The parents of HEAD must be there to see what the pull request changes; check out with fetch-depth: 2." >&2
      return 1
      ;;
  esac
}

# The fields of that name of every environment's app, one a line.
fields() {
  node -p 'const [file, ...names] = process.argv.slice(1);
    Object.values(JSON.parse(require("fs").readFileSync(file))).flatMap(({ app }) => names.map((name) => app[name])).join("\n")' \
    "$environments" "$@"
}

folders=$(fields folder)
paths=$(fields folder context dockerfile)
mapfile -t app <<< "$paths"
# How it is built and tested.
app+=("$environments" .github/workflows/check.yml apps/infra/src/environments.ts)

infrastructure=(.github apps packages tools package.json package-lock.json '*tsconfig*.json' turbo.json .node-version ':(exclude)*.md')
while read -r folder; do
  # A folder that holds the stacks too, such as the repository itself, takes nothing out.
  if [[ $folder != . && apps/infra/ != "$folder"/* ]]; then
    infrastructure+=(":(exclude)$folder")
  fi
done <<< "$folders"

in_app=$(changes "${app[@]}")
in_infrastructure=$(changes "${infrastructure[@]}")
echo "app=$in_app"
echo "infrastructure=$in_infrastructure"
