"""The maths: one method is one small pure function of the tensors it declares it needs."""
