import { templateContainers } from "./task-definition.ts";

test("only the template's placeholder is a placeholder", () => {
  const image = (name: string, uri: string) => ({ name, image: uri });
  const containerDefinitions = [
    image("a", "x/web:template"),
    image("b", "x/template:1"),
    image("c", "x/web:template-2"),
  ];
  expect(templateContainers({ containerDefinitions })).toEqual(["a"]);
});
