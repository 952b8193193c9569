package dev.espalier.program.source;

import com.hubspot.jinjava.el.ExtendedSyntaxBuilder;
import com.hubspot.jinjava.el.ext.ExtendedParser;
import com.hubspot.jinjava.el.ext.NamedParameterOperator;
import java.util.ArrayList;
import java.util.List;
import jinjava.de.odysseus.el.tree.FunctionNode;
import jinjava.de.odysseus.el.tree.IdentifierNode;
import jinjava.de.odysseus.el.tree.Tree;
import jinjava.de.odysseus.el.tree.impl.Builder;
import jinjava.de.odysseus.el.tree.impl.Parser;
import jinjava.de.odysseus.el.tree.impl.ast.AstIdentifier;
import jinjava.de.odysseus.el.tree.impl.ast.AstNode;

/**
 * The names that a Jinja expression uses, found by its own parser.
 *
 * @param variables free names
 * @param filters names of filters
 * @param tests names of tests, after {@code is}
 * @param functions names of functions and macros
 */
record ExpressionNames(
    List<String> variables, List<String> filters, List<String> tests, List<String> functions) {

  /**
   * @throws jinjava.javax.el.ELException if {@code expression} is none
   */
  static ExpressionNames of(String expression) {
    ExpressionNames names =
        new ExpressionNames(
            new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    RecordingBuilder builder = new RecordingBuilder();
    Tree tree = builder.build("#{" + expression + "}");
    for (IdentifierNode identifier : tree.getIdentifierNodes()) {
      names.sort(identifier.getName());
    }
    for (FunctionNode function : tree.getFunctionNodes()) {
      names.functions.add(function.getName());
    }
    // The parser takes the names of named arguments for variables.
    names.variables.removeAll(builder.argumentNames);
    return names;
  }

  private void sort(String name) {
    if (name.startsWith(ExtendedParser.FILTER_PREFIX)) {
      filters.add(name.substring(ExtendedParser.FILTER_PREFIX.length()));
    } else if (name.startsWith(ExtendedParser.EXPTEST_PREFIX)) {
      tests.add(name.substring(ExtendedParser.EXPTEST_PREFIX.length()));
    } else if (!name.equals(ExtendedParser.INTERPRETER)) {
      variables.add(name);
    }
  }

  private static final class RecordingBuilder extends ExtendedSyntaxBuilder {
    private final transient List<String> argumentNames = new ArrayList<>();

    RecordingBuilder() {
      super(Feature.METHOD_INVOCATIONS);
    }

    @Override
    protected Parser createParser(String expression) {
      return new RecordingParser(this, expression, argumentNames);
    }
  }

  private static final class RecordingParser extends ExtendedParser {
    RecordingParser(Builder context, String input, List<String> argumentNames) {
      super(context, input);
      ExtensionHandler handler = NamedParameterOperator.HANDLER;
      putExtensionHandler(
          NamedParameterOperator.TOKEN,
          new ExtensionHandler(handler.getExtensionPoint()) {
            @Override
            public AstNode createAstNode(AstNode... children) {
              if (children[0] instanceof AstIdentifier argument) {
                argumentNames.add(argument.getName());
              }
              return handler.createAstNode(children);
            }
          });
    }
  }
}
