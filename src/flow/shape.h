/*
 * shape.h
 *		What the text of a message looks like.
 *
 * Plain C without PostgreSQL: the vector tests link it.
 */
#ifndef ENCLAVE_FLOW_SHAPE_H
#define ENCLAVE_FLOW_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

typedef enum ShapeKind
{
	SHAPE_PROSE,				/* anything, in any language */
	SHAPE_SQL,					/* a statement, bound values, a plan as text */
	SHAPE_JSON,					/* a plan as JSON or YAML */
	SHAPE_NODES					/* a tree, as debug_print_parse prints it */
} ShapeKind;

typedef struct Shape
{
	ShapeKind	kind;
	size_t		body;			/* where what has the shape begins */
	size_t		words;			/* where the first word that is not the server's may stand */
} Shape;

/* The shape of `length` bytes at `text`; a query is SQL from its first byte. */
extern Shape shape_of(bool is_query, const char *text, size_t length);

#endif							/* ENCLAVE_FLOW_SHAPE_H */
