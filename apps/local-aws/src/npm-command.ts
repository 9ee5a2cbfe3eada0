/** How a command is typed: "npm start", "npm run down". */
export const npmCommand = (name: string) => (name === "start" || name === "test" ? `npm ${name}` : `npm run ${name}`);
