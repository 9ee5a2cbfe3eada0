import { checkBareReference, checkCondition, checkTemplate } from "./expressions.ts";

const check = (text: string) => () => checkTemplate(text, ["value"]);

test.each([
  "no template at all, 100% and $5",
  "${aws_lb.load-balancer_30A23327.dns_name}",
  "http://${aws_lb.lb.dns_name}:8000/${aws_lb_target_group.web.name}",
  "${data.terraform_remote_state.cross-stack-reference-input-network.outputs.cross-stack-output-aws_vpc_id}",
  "${data.aws_iam_openid_connect_provider.github.arn}",
  "${local.name}",
  '${element(split(":", aws_ecs_cluster.cluster.arn), 4)}',
  '${ element( split( "-", aws_vpc.v.id ), 0 ) }',
  '${split(",", "a,${aws_vpc.v.id},\\u0024{b}")}',
  '${aws_acm_certificate.c.domain_validation_options[0].name}${aws_vpc.v.tags["Name"]}${aws_vpc.v.list.0.id}',
  "arn:aws:iam::*:user/$${aws:username} and %%{ if }",
  '$${file("/etc/passwd")}',
])("%s is accepted", (text) => {
  expect(check(text)).not.toThrow();
});

/** Every one would read something of the machine, of the clock, or of code that main does not know. */
test.each([
  ["file", '${file("/proc/self/environ")}'],
  ["file", '${split(":", file("/proc/self/environ"))}'],
  ["file", '${split(":", "a ${file("/proc/self/environ")}")}'],
  ["file", 'a ${aws_lb.lb.arn} $${x} ${file("/etc/passwd")}'],
  ["file", '${file ("/etc/passwd")}'],
  ["file", '${file\n("/etc/passwd")}'],
  ["core::file", '${core::file("/etc/passwd")}'],
  ["templatestring", '${templatestring("$${file(\\"/proc/self/environ\\")}", {})}'],
  ["templatefile", '${templatefile("/etc/passwd", {})}'],
  ["filebase64", '${filebase64("/etc/passwd")}'],
  ["filemd5", '${filemd5("/etc/passwd")}'],
  ["fileexists", '${fileexists("/etc/passwd")}'],
  ["fileset", '${fileset("/", "*")}'],
  ["pathexpand", '${pathexpand("~/.aws")}'],
  ["abspath", '${abspath(".")}'],
  ["timestamp", "${timestamp()}"],
  ["plantimestamp", "${plantimestamp()}"],
  ["uuid", "${uuid()}"],
  ["bcrypt", '${bcrypt("a")}'],
  ["nonsensitive", "${nonsensitive(aws_lb.lb.arn)}"],
  ["sensitive", "${sensitive(aws_lb.lb.arn)}"],
  ["ephemeralasnull", "${ephemeralasnull(aws_lb.lb.arn)}"],
  ["jsonencode", "${jsonencode(aws_lb.lb)}"],
  ["join", '${join(",", aws_lb.lb.subnets)}'],
  ["provider::aws::arn_parse", "${provider::aws::arn_parse(aws_lb.lb.arn)}"],
  ["provider::x::y", "${element(provider::x::y(1), 0)}"],
])("the function %s is refused by its name: %s", (name, text) => {
  expect(check(text)).toThrow(`main does not know the function \`${name}\``);
});

test.each([
  ["a directive", '%{ for x in file("/etc/passwd") }${x}%{ endfor }'],
  ["a directive with a trim mark", "%{~ if true ~}a%{ endif }"],
  ["a directive in a text of an expression", '${split("%{ if true }", aws_lb.lb.arn)}'],
])("%s is refused", (_, text) => {
  expect(check(text)).toThrow("main does not know directives in templates");
});

test.each([
  ["three signs", '$$${file("/etc/passwd")}'],
  ["four signs", '$$$${file("/etc/passwd")}'],
  ["mixed signs", '%${file("/etc/passwd")}'],
  ["mixed signs before an escape", '%$${file("/etc/passwd")}'],
  ["mixed signs before a directive", "$%{ if true }"],
])("%s before a brace, which readers could take differently, are refused", (_, text) => {
  expect(check(text)).toThrow("main does not know this run of signs");
});

test.each([
  ["path", "${path.module}"],
  ["terraform", "${terraform.workspace}"],
  ["var", "${var.secret}"],
  ["module", "${module.m.output}"],
  ["each", "${each.value}"],
  ["count", "${count.index}"],
  ["self", "${self.arn}"],
  ["random_id", "${random_id.x.hex}"],
  ["ephemeral", "${ephemeral.aws_ssm_parameter.x.value}"],
  ["true", "${true}"],
])("the name %s is refused in an expression", (name, text) => {
  expect(check(text)).toThrow(`main does not know the name \`${name}\` in an expression`);
});

test("data of a source outside the table is refused where it is referred to", () => {
  expect(check("${data.aws_secretsmanager_secret_version.x.secret_string}")).toThrow(
    "main does not know the data source `aws_secretsmanager_secret_version`",
  );
});

test.each([
  ["a heredoc", '${<<EOT\n${file("/etc/passwd")}\nEOT\n}'],
  ["a trim mark", "${~aws_lb.lb.arn~}"],
  ["a condition", '${aws_lb.lb.internal ? "a" : "b"}'],
  ["an operator", "${aws_lb.lb.port + 1}"],
  ["a for expression", "${[for x in aws_lb.lb.subnets : x]}"],
  ["a list", "${[aws_lb.lb.arn]}"],
  ["an object", "${{a = 1}}"],
  ["a splat", "${aws_lb.lb.subnets[*]}"],
  ["an index that is computed", '${aws_lb.lb.tags[file("/etc/passwd")]}'],
  ["an index with a template", '${aws_lb.lb.tags["${file("/etc/passwd")}"]}'],
  ["a comment", "${aws_lb.lb.arn /* } */ }"],
  ["a line comment", "${aws_lb.lb.arn # }\n}"],
  ["an expansion", "${split(aws_lb.lb.subnets...)}"],
  ["a call behind a reference", '${aws_lb.lb.file("/etc/passwd")}'],
  ["an index of a call", '${split(",", aws_lb.lb.arn)[0]}'],
  ["an unknown escape", '${split("\\x", aws_lb.lb.arn)}'],
  ["a line feed in a text", '${split("\n", aws_lb.lb.arn)}'],
  ["a text that does not end", '${split("a'],
  ["an expression that does not end", "${aws_lb.lb.arn"],
  ["an expression without content", "${}"],
  ["a type alone", "${aws_lb}"],
  ["letters that look alike", '${fіle("/etc/passwd")}'],
])("%s is refused", (_, text) => {
  expect(check(text)).toThrow(/main does not know/);
});

const validation = (part: Readonly<Record<string, string>> = {}) => {
  const {
    list = "aws_acm_certificate.web_certificate_1A2B.domain_validation_options",
    value = "resource_record_name",
  } = part;
  const { test: condition = 'trimprefix(o.domain_name, "*.") == "www.example.com"', index = "[0]" } = part;
  return `\${[for o in ${list} : o.${value} if ${condition}]${index}}`;
};

test("of a certificate's validation records, the one for a name is accepted", () => {
  expect(check(validation())).not.toThrow();
  expect(check(validation({ value: "resource_record_value" }))).not.toThrow();
});

test.each([
  ["another list", { list: "aws_lb.web.subnets" }],
  ["another list of a certificate", { list: "aws_acm_certificate.web.subject_alternative_names" }],
  ["a list that is computed", { list: 'split(",", file("/etc/passwd"))' }],
  ["another attribute", { value: "domain_name" }],
  ["a call", { value: 'x, file("/etc/passwd")' }],
  ["no condition", { test: "true" }],
  ["another function", { test: 'replace(o.domain_name, "*.") == "www.example.com"' }],
  ["another prefix", { test: 'trimprefix(o.domain_name, "www.") == "example.com"' }],
  ["a name with a template", { test: 'trimprefix(o.domain_name, "*.") == "${file("/etc/passwd")}"' }],
  ["a name from a file", { test: 'trimprefix(o.domain_name, "*.") == file("/etc/passwd")' }],
  ["more of a condition", { test: 'trimprefix(o.domain_name, "*.") == "a.com" || fileexists("/etc/passwd")' }],
  ["another index", { index: "[1]" }],
  ["no index", { index: "" }],
  ["more behind it", { index: '[0], file("/etc/passwd")' }],
])("%s is refused in the expression of a validation record", (_, part) => {
  expect(check(validation(part))).toThrow(/main does not know/);
});

test("a validation record is an expression of its own, and none within another or in a condition", () => {
  expect(check(`\${split(",", "${validation()}")}`)).toThrow(/main does not know/);
  expect(() => checkCondition(validation(), [])).toThrow(/main does not know/);
  expect(check(`${validation()}\${file("/etc/passwd")}`)).toThrow("main does not know the function `file`");
});

test("calls within calls end somewhere", () => {
  const deep = `\${${'split(",", '.repeat(10_000)}aws_lb.lb.arn${")".repeat(10_000)}}`;
  expect(check(deep)).toThrow("main does not know expressions more than 12 deep");
  const texts = `\${${'split("${'.repeat(10_000)}`;
  expect(check(texts)).toThrow("main does not know expressions more than 12 deep");
});

test("time grows with the length of a text, not with its square", () => {
  const started = performance.now();
  for (const part of ["$", "%", "$${", "${aws_lb.lb.arn}", "\\", '"']) {
    const text = part.repeat(2_000_000 / part.length);
    expect(check(text)).not.toThrow();
  }
  expect(check(`\${split("${"a".repeat(2_000_000)}", aws_lb.lb.arn)}`)).not.toThrow();
  expect(performance.now() - started).toBeLessThan(10_000);
});

test("where Terraform expects a reference, nothing else is accepted", () => {
  expect(() => checkBareReference("aws_lb.lb.arn", [])).not.toThrow();
  for (const text of [
    'file("/etc/passwd")',
    "aws_lb.lb.arn}",
    "aws_lb.lb.arn ",
    "${aws_lb.lb.arn}",
    "path.module",
    "",
  ]) {
    expect(() => checkBareReference(text, [])).toThrow(/main does not know/);
  }
});

const condition = (text: string) => () => checkCondition(text, ["condition"]);

test.each([
  "${self.enable_dns_support}",
  '${contains(data.aws_subnets.s.ids, "subnet-0000000a")}',
  "${!contains(data.aws_route_tables.i.ids, element(concat(data.aws_route_tables.o.ids, data.aws_route_tables.m.ids), 0))}",
  "${(length(distinct([data.aws_subnet.a.availability_zone, data.aws_subnet.b.availability_zone])) >= 2)}",
  '${contains(["IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION"], self.image_tag_mutability)}',
])("the condition %s is accepted", (text) => {
  expect(condition(text)).not.toThrow();
});

test.each([
  ["a text before it", "a ${self.x}"],
  ["a text behind it", "${self.x} "],
  ["a second one", "${self.x}${self.y}"],
  ["no expression", "true"],
  ["another comparison", "${(self.x == 1)}"],
  ["a comparison without parentheses", "${self.x >= 1}"],
  ["parentheses around one thing", "${(self.x)}"],
  ["and", "${self.x && self.y}"],
  ["a call in a comparison", '${(length(file("/etc/passwd")) >= 1)}'],
  ["a call in a list", '${contains([file("/etc/passwd")], "a")}'],
  ["a call behind !", '${!fileexists("/etc/passwd")}'],
  ["an empty list", '${contains([], "a")}'],
  ["a for expression", "${contains([for x in self.ids : x], 1)}"],
  ["an index behind a list", "${[self.x][0]}"],
  ["self alone", "${self}"],
  ["what is computed", '${can(regex("a", self.x))}'],
])("%s is refused in a condition", (_, text) => {
  expect(condition(text)).toThrow(/main does not know/);
});

test.each(["${!aws_vpc.v.x}", "${(aws_vpc.v.a >= 1)}", "${[aws_vpc.v.id]}", "${self.id}"])(
  "%s is for conditions and refused elsewhere",
  (text) => {
    expect(check(text)).toThrow(/main does not know/);
  },
);

test("what is within conditions ends somewhere", () => {
  for (const deep of ["!".repeat(10_000), "(".repeat(10_000), "[".repeat(10_000)]) {
    expect(condition(`\${${deep}self.x}`)).toThrow("main does not know expressions more than 12 deep");
  }
});
