"""Makes small documents in the schemas of the data sets that the oracle's tasks name.

Each data set is a folder DATA/PATH__NAME with a JSONL file for each split.
"""

import json
import pathlib
import random
import string

WORDS = (
    "river stone light garden engine window paper bridge winter silver number coffee letter station forest music "
    "market doctor island camera kitchen planet shadow teacher mirror ocean ticket summer village rabbit copper "
    "naïve façade Zürich señor 北京 мир don't well-known co-op U.S. 3.14 42"
).split(" ")
MMLU = (
    "abstract_algebra anatomy astronomy business_ethics clinical_knowledge college_biology college_chemistry "
    "college_computer_science college_mathematics college_medicine college_physics computer_security conceptual_physics "
    "econometrics electrical_engineering elementary_mathematics formal_logic global_facts high_school_biology "
    "high_school_chemistry high_school_computer_science high_school_european_history high_school_geography "
    "high_school_government_and_politics high_school_macroeconomics high_school_mathematics high_school_microeconomics "
    "high_school_physics high_school_psychology high_school_statistics high_school_us_history high_school_world_history "
    "human_aging human_sexuality international_law jurisprudence logical_fallacies machine_learning management marketing "
    "medical_genetics miscellaneous moral_disputes moral_scenarios nutrition philosophy prehistory professional_accounting "
    "professional_law professional_medicine professional_psychology public_relations security_studies sociology "
    "us_foreign_policy virology world_religions"
).split(" ")


class Documents:
    def __init__(self, folder, blimp):
        self.folder = pathlib.Path(folder)
        self.blimp = blimp
        self.r = random.Random("oracle")
        # Where the documents of each data set lie, by path and name
        self.mapping = {}

    # Parts of documents

    def words(self, low, high):
        return " ".join(self.r.choice(WORDS) for _ in range(self.r.randint(low, high)))

    def sentence(self, low=4, high=12):
        text = self.words(low, high)
        return text[0].upper() + text[1:] + self.r.choice([".", ".", "!", "?"])

    def number(self):
        return self.r.choice([self.r.randint(0, 9), self.r.randint(10, 9999), -self.r.randint(1, 50)])

    def sum(self):
        a, b = self.r.randint(1, 60), self.r.randint(1, 60)
        return f"{self.words(3, 6).capitalize()} has {a} and gets {b} more. How many are there?", a + b

    def texts(self, count, low=1, high=5):
        texts = []
        while len(texts) < count:
            text = self.words(low, high)
            if text not in texts:
                texts.append(text)
        return texts

    def index(self, count):
        return self.r.randrange(count)

    # Files

    def write(self, path, name, splits, document):
        folder = self.folder / (path.replace("/", "__") + "__" + (name or "default"))
        folder.mkdir(parents=True, exist_ok=True)
        self.mapping[path + "/" + name if name else path] = str(folder / "{split}.jsonl")
        for split, count in splits.items():
            with open(folder / f"{split}.jsonl", "w", encoding="utf-8") as file:
                for i in range(count):
                    file.write(json.dumps(document(i), ensure_ascii=False) + "\n")

    def lettered(self, count):
        return {"text": self.texts(count), "label": list(string.ascii_uppercase[:count])}

    def arc(self, i):
        return {"id": f"q{i}", "question": self.sentence(), "choices": self.lettered(4), "answerKey": self.r.choice("ABCD")}

    def all(self):
        three = {"train": 7, "validation": 5, "test": 6}
        two = {"train": 7, "validation": 6}
        s, w, t = self.sentence, self.words, self.texts
        for name in ("ARC-Easy", "ARC-Challenge"):
            self.write("allenai/ai2_arc", name, three, self.arc)
        self.write("baber/piqa", None, three, lambda i: {"goal": s(), "sol1": s(), "sol2": s(), "label": self.index(2)})
        self.write("aps/super_glue", "boolq", two, lambda i: {"question": w(4, 8), "passage": s() + " " + s(), "idx": i, "label": self.index(2)})
        self.write(
            "aps/super_glue", "copa", two,
            lambda i: {"premise": s(), "choice1": s(), "choice2": s(), "question": self.r.choice(["cause", "effect"]), "idx": i, "label": self.index(2)},
        )

        def wic(i):
            word = self.r.choice(WORDS[:30])
            first, second = f"{word} {w(2, 5)}", f"{w(2, 5)} {word}"
            return {
                "word": word, "sentence1": first, "sentence2": second, "start1": 0, "start2": len(second) - len(word),
                "end1": len(word), "end2": len(second), "idx": i, "label": self.index(2),
            }

        self.write("aps/super_glue", "wic", two, wic)
        self.write("allenai/openbookqa", "main", three, lambda i: {"id": f"{i}", "question_stem": s(), "choices": self.lettered(4), "answerKey": self.r.choice("ABCD")})
        self.write(
            "allenai/sciq", None, three,
            lambda i: {"question": s(), "distractor3": w(1, 3), "distractor1": w(1, 3), "distractor2": w(1, 3), "correct_answer": w(1, 3), "support": self.r.choice(["", "  " + s()])},
        )
        self.write(
            "tau/commonsense_qa", None, two,
            lambda i: {"id": f"{i}", "question": " " + s(), "question_concept": w(1, 1), "choices": {"label": list("ABCDE"), "text": t(5)}, "answerKey": self.r.choice("ABCDE")},
        )
        self.write(
            "lighteval/siqa", None, two,
            lambda i: {"context": s(), "question": s(), "answerA": w(2, 5), "answerB": w(2, 5), "answerC": w(2, 5), "label": self.r.choice("123")},
        )

        def truthful(i):
            n, m = self.r.randint(2, 5), self.r.randint(3, 6)
            right = self.r.randint(1, m - 1)
            return {
                "question": s(),
                "mc1_targets": {"choices": t(n, 3, 6), "labels": [1] + [0] * (n - 1)},
                "mc2_targets": {"choices": t(m, 3, 6), "labels": [1] * right + [0] * (m - right)},
            }

        self.write("truthfulqa/truthful_qa", "multiple_choice", {"validation": 5}, truthful)
        self.write(
            "Rowan/hellaswag", None, two,
            lambda i: {
                "ind": i, "activity_label": w(1, 3).capitalize(), "ctx_a": s(), "ctx_b": self.r.choice([w(1, 3), "the " + w(1, 2)]),
                "ctx": s(), "endings": [self.r.choice(["", "[header] ", "[step] "]) + s() + self.r.choice(["", "  [substeps] " + w(2, 3)]) for _ in range(4)],
                "source_id": f"activitynet~{i}", "split": "train", "split_type": "indomain", "label": str(self.index(4)),
            },
        )
        self.write(
            "allenai/winogrande", "winogrande_xl", two,
            lambda i: {"sentence": w(3, 5) + " _ " + s(2, 5), "option1": w(1, 1), "option2": w(1, 1), "answer": self.r.choice("12")},
        )
        for subject in MMLU:
            self.write(
                "cais/mmlu", subject, {"test": 1 + self.index(2), "validation": 1, "dev": 5},
                lambda i: {"question": self.r.choice(["", " "]) + s(), "subject": subject, "choices": t(4), "answer": self.index(4)},
            )
        self.write(
            "facebook/anli", None, {"train_r1": 12, "dev_r1": 5, "test_r1": 10},
            lambda i: {"uid": f"u{i}", "premise": s() + " " + s(), "hypothesis": s(), "label": self.index(3), "reason": self.r.choice(["", s()])},
        )
        self.write("nyu-mll/glue", "cola", two, lambda i: {"sentence": s(), "label": self.index(2), "idx": i})
        for name in ("mrpc", "rte"):
            self.write("nyu-mll/glue", name, two, lambda i: {"sentence1": s(), "sentence2": s(), "label": self.index(2), "idx": i})

        def race(i):
            questions = [w(3, 6) + " _ ." if self.index(2) else s() for _ in range(3)]
            problems = [{"answer": self.r.choice("ABCD"), "options": t(4, 2, 4), "question": q} for q in questions]
            return {"article": s() + " " + s(), "problems": str(problems)}

        self.write("EleutherAI/race", "high", {"test": 6}, race)
        self.write(
            "openlifescienceai/medmcqa", None, three,
            lambda i: {
                "id": f"{i}", "question": s(), "opa": w(1, 3), "opb": w(1, 3), "opc": w(1, 3), "opd": w(1, 3), "cop": self.index(4),
                "choice_type": "single", "exp": s(), "subject_name": "Anatomy", "topic_name": None,
            },
        )
        self.write("EleutherAI/logiqa", "logiqa", three, lambda i: {"label": self.r.choice("abcd"), "context": s() + " " + s(), "question": s(), "options": t(4, 2, 5)})
        self.write(
            "allenai/swag", "regular", two,
            lambda i: {
                "video-id": f"v{i}", "fold-ind": f"{i}", "startphrase": s(), "sent1": s(), "sent2": w(1, 3), "gold-source": "gold",
                "ending0": w(3, 6), "ending1": w(3, 6), "ending2": w(3, 6), "ending3": w(3, 6), "label": self.index(4),
            },
        )
        self.write(
            "facebook/belebele", "eng_Latn", {"test": 7},
            lambda i: {
                "link": f"https://example.org/{i}", "question_number": i, "flores_passage": s() + " " + s(), "question": s() + " ",
                "mc_answer1": w(1, 4), "mc_answer2": w(1, 4), "mc_answer3": w(1, 4), "mc_answer4": w(1, 4),
                "correct_answer_num": self.r.choice("1234"), "dialect": "eng_Latn", "ds": "2023-05-03",
            },
        )
        self.write(
            "EleutherAI/headqa", "en", three,
            lambda i: {
                "name": "Cuaderno", "year": "2013", "category": "biology", "qid": i, "qtext": s(), "ra": 1 + self.index(4),
                "answers": [{"aid": k + 1, "atext": w(1, 4)} for k in range(4)],
            },
        )
        self.write("EleutherAI/lambada_openai", "default", {"test": 7}, lambda i: {"text": w(12, 25)})
        self.write(
            "EleutherAI/wikitext_document_level", "wikitext-2-raw-v1", {"train": 1, "validation": 1, "test": 4},
            lambda i: {"page": f" = {w(1, 3)} = \n \n " + " \n ".join(w(5, 30) + " @-@ " + w(1, 2) + " s ' t , " + w(2, 6) + " ." for _ in range(self.r.randint(1, 5))) + " \n"},
        )
        self.write("NeelNanda/pile-10k", None, {"train": 5}, lambda i: {"text": "\n".join(s() for _ in range(self.r.randint(1, 40))), "meta": {"pile_set_name": "Wikipedia"}})

        def grade_school(i):
            question, answer = self.sum()
            return {"question": question, "answer": f"{s()} <<1+1=2>>\n#### {answer:,}"}

        self.write("openai/gsm8k", "main", {"train": 8, "test": 5}, grade_school)
        self.write(
            "mandarjoshi/trivia_qa", "rc.nocontext", two,
            lambda i: {"question": s(), "question_id": f"t{i}", "answer": {"aliases": t(self.r.randint(1, 4), 1, 2), "normalized_aliases": [w(1, 2)], "value": w(1, 2)}},
        )
        self.write("google-research-datasets/nq_open", None, two, lambda i: {"question": w(4, 8), "answer": t(self.r.randint(1, 3), 1, 2)})

        def multilingual(i):
            question, answer = self.sum()
            few = self.index(2)
            return {
                "question": ("Question: " if few else "") + question, "answer": f"Step-by-Step Answer: {s()} The answer is {answer}." if few else None,
                "answer_number": answer, "equation_solution": f"{answer}" if few else None,
            }

        self.write("juletxara/mgsm", "en", {"train": 8, "test": 5}, multilingual)
        self.write("facebook/xnli", "en", two, lambda i: {"premise": s(), "hypothesis": s(), "label": self.index(3)})
        for name in self.blimp:
            self.write(
                "nyu-mll/blimp", name, {"train": 1 + self.index(2)},
                lambda i: {
                    "sentence_good": s(), "sentence_bad": s(), "field": "syntax", "linguistics_term": "island", "UID": name,
                    "simple_LM_method": True, "one_prefix_method": False, "two_prefix_method": False, "lexically_identical": True, "pair_id": i,
                },
            )
        self.write("SaylorTwift/bbh", "boolean_expressions", {"test": 3}, lambda i: {"input": "not ( True ) and ( " + self.r.choice(["True", "False"]) + " ) is", "target": self.r.choice(["True", "False"])})

        def professional(i):
            count = self.r.choice([10, 10, 4])
            answer = self.index(count)
            return {
                "question_id": i, "question": s(), "options": t(count, 1, 3), "answer": "ABCDEFGHIJ"[answer], "answer_index": answer,
                "cot_content": f"A: Let's think step by step. {s()} The answer is ({'ABCDEFGHIJ'[answer]}).", "category": self.r.choice(["math", "math", "law"]), "src": "made",
            }

        self.write("TIGER-Lab/MMLU-Pro", None, {"validation": 14, "test": 7}, professional)
        self.write("wmt/wmt16", "ro-en", {"train": 3, "validation": 9, "test": 8}, lambda i: {"translation": {"ro": s(), "en": s()}})
        self.write("EleutherAI/unscramble", "cycle_letters_in_word", {"validation": 8}, lambda i: {"context": f"Please unscramble the letters: {w(1, 1)[::-1]} =", "completion": " " + w(1, 1)})
        self.write("EleutherAI/asdiv", None, {"validation": 9}, lambda i: {"body": s(), "question": " " + s(), "solution_type": "Sum", "answer": f"{self.number()} ({w(1, 1)})", "formula": "1+1=2"})
        self.write(
            "community-datasets/qa4mre", "2011.main.EN", {"train": 8},
            lambda i: {
                "topic_id": "1", "topic_name": w(1, 2), "test_id": "1", "document_id": "1", "document_str": "\n" + s() + " " + s() + "\n", "question_id": f"{i}",
                "question_str": s(), "answer_options": {"answer_id": list("12345"), "answer_str": t(5, 1, 4)}, "correct_answer_id": self.r.choice("12345"), "correct_answer_str": w(1, 2),
            },
        )
        self.write("CogComp/mc_taco", None, {"validation": 7, "test": 6}, lambda i: {"sentence": s(), "question": s(), "answer": w(1, 4), "label": self.index(2), "category": self.index(5)})
        self.write("Muennighoff/babi", None, {"train": 8, "valid": 5, "test": 8}, lambda i: {"passage": s() + "\n" + s() + "\n", "question": s(), "answer": w(1, 1), "task": 1 + self.index(20)})
        self.write("EleutherAI/hendrycks_ethics", "commonsense", {"train": 12, "test": 9}, lambda i: {"label": self.index(2), "input": s() + " " + s()})
        self.write(
            "cambridgeltl/xcopa", "et", {"validation": 6, "test": 9},
            lambda i: {"premise": s(), "choice1": s(), "choice2": s(), "question": self.r.choice(["cause", "effect"]), "label": self.index(2), "idx": i, "changed": False},
        )
        self.write(
            "json", None, {"validation": 8},
            lambda i: {"context": f"Question: What is ({self.number()} + {self.number()}) * {self.number()}?\nAnswer:", "completion": f" {self.number()}"},
        )
        self.mapping["arithmetic_1dc"] = self.mapping.pop("json")
        return self.mapping
